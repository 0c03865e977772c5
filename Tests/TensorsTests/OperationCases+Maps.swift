import Tensors

/// Operations on feature maps in plain order, and the picking of entries.
let mapCases: [OperationCase] =
  [([4, 6], [2, 3]), ([5, 3], [3, 2]), ([3, 3], [3, 3]), ([2, 5], [1, 1])].map { from, to in
    OperationCase(
      name: "averagePooled", shapes: [[2, 2] + from],
      operation: { $0[0].averagePooled(height: to[0], width: to[1]) }
    ) { x in
      (0..<4 * to[0] * to[1]).map { index in
        let (plane, i, j) = (index / (to[0] * to[1]), index / to[1] % to[0], index % to[1])
        let pixels = window(i, to[0], from[0]).flatMap { y in
          window(j, to[1], from[1]).map { x[0][(plane * from[0] + y) * from[1] + $0] }
        }
        return pixels.reduce(0, +) / Double(pixels.count)
      }
    }
  } + [
    OperationCase(name: "channelMaps", shapes: [[2, 3, 2, 2]], operation: { $0[0].channelMaps }) {
      $0[0]
    },
    OperationCase(
      name: "gathered", shapes: [[3, 4]],
      operation: { $0[0].gathered([11, 0, 5, 5, 2, 7], shape: [2, 3]) }
    ) { x in [11, 0, 5, 5, 2, 7].map { x[0][$0] } },
    OperationCase(name: "columns", shapes: [[3, 4]], operation: { $0[0].columns(1..<3) }) { x in
      [1, 2, 5, 6, 9, 10].map { x[0][$0] }
    },
  ]

/// The pixels between k/count and (k + 1)/count of a length, including those that are cut.
private func window(_ k: Int, _ count: Int, _ length: Int) -> Range<Int> {
  let start = Double(k) * Double(length) / Double(count)
  let end = Double(k + 1) * Double(length) / Double(count)
  return Int(start.rounded(.down))..<Int(end.rounded(.up))
}
