/// Two layers, of equal size, the first larger, and the second larger; where sizes do not divide,
/// windows overlap.
let fspReferences = [([3, 2], [3, 2]), ([5, 4], [3, 2]), ([2, 3], [4, 3])].map { first, second in
  PaperReference(
    formula: "fsp(from: stage1, to: stage3)",
    student: ["stage1": [2, 3] + first, "stage3": [2, 2] + second],
    teacher: ["stage1": [2, 3, 4, 4], "stage3": [2, 2, 2, 2]]
  ) { s, t in
    func flow(_ outputs: [String: Values]) -> [Double] {
      guard let x = outputs["stage1"], let y = outputs["stage3"] else { return [] }
      let (h, w) = (min(x.shape[2], y.shape[2]), min(x.shape[3], y.shape[3]))
      func pooled(_ x: Values, _ i: Int, _ c: Int, _ p: Int, _ q: Int) -> Double {
        func window(_ k: Int, _ count: Int, _ length: Int) -> Range<Int> {
          let (start, end) = (Double(k * length) / Double(count), Double((k + 1) * length))
          return Int(start.rounded(.down))..<Int((end / Double(count)).rounded(.up))
        }
        return mean(
          window(p, h, x.shape[2]).flatMap { row in
            window(q, w, x.shape[3]).map { x[i, c, row, $0] }
          })
      }
      return (0..<2).flatMap { i in
        (0..<3).flatMap { c in
          (0..<2).map { d in
            mean(
              (0..<h).flatMap { p in
                (0..<w).map { q in pooled(x, i, c, p, q) * pooled(y, i, d, p, q) }
              })
          }
        }
      }
    }
    return mean(zip(flow(s), flow(t)).map { ($0 - $1) * ($0 - $1) })
  }
}
