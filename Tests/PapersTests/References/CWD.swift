import Foundation

let cwdReferences = [("cwd", 4.0), ("cwd(temperature: 0.5)", 0.5)].map { formula, τ in
  PaperReference(formula, on: "stage3", [2, 3, 2, 3], [2, 3, 2, 3], in: -3...3) { s, t in
    func softmax(_ z: [Double]) -> [Double] {
      let e = z.map { exp($0 / τ) }
      return e.map { $0 / e.reduce(0, +) }
    }
    return τ * τ
      * mean(
        (0..<s.n).flatMap { i in
          (0..<3).map { c in
            zip(softmax(t.map(i, c)), softmax(s.map(i, c))).map { $0 * log($0 / $1) }
              .reduce(0, +)
          }
        })
  }
}
