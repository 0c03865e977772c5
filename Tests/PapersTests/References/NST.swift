import Foundation

let nstReferences = [([2, 3, 2, 3], 4), ([3, 1, 2, 2], 2)].map { shape, channels in
  PaperReference("nst", on: "stage3", shape, [shape[0], channels, shape[2], shape[3]]) { s, t in
    func kernel(_ x: Values, _ y: Values, _ i: Int) -> Double {
      mean(
        (0..<x.shape[1]).flatMap { c in
          (0..<y.shape[1]).map { pow(dot(unit(x.map(i, c)), unit(y.map(i, $0))), 2) }
        })
    }
    return mean((0..<s.n).map { kernel(s, s, $0) - 2 * kernel(s, t, $0) + kernel(t, t, $0) })
  }
}
