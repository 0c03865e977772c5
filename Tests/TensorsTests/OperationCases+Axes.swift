import Tensors
import Testing

/// Sums, means and lengths along every axis of every rank, with the axis and without it.
let axisCases: [OperationCase] = [[5], [4, 5], [2, 3, 4], [2, 1, 3, 2]].flatMap { shape in
  shape.indices.flatMap { axis in
    [axis, axis - shape.count].flatMap { named in
      [false, true].flatMap { keeps in
        axisCases(shape, axis, named: named, keeps: keeps)
      }
    }
  }
}

private func axisCases(
  _ shape: [Int], _ axis: Int, named: Int, keeps: Bool
) -> [OperationCase] {
  let (length, inner) = (shape[axis], shape[(axis + 1)...].reduce(1, *))
  let reduced = Array(shape[..<axis] + (keeps ? [1] : []) + shape[(axis + 1)...])
  /// The vectors along the axis, in the order of the result.
  @Sendable func vectors(_ x: [Double]) -> [[Double]] {
    (0..<x.count / length).map { i in
      (0..<length).map { x[i / inner * length * inner + $0 * inner + i % inner] }
    }
  }
  func reduction(
    _ name: String, _ operation: @escaping @Sendable (Tensor) -> Tensor,
    _ reference: @escaping @Sendable ([Double]) -> Double
  ) -> OperationCase {
    OperationCase(
      name: "\(name)(axis: \(named), keepingDimensions: \(keeps))", shapes: [shape],
      operation: {
        let y = operation($0[0])
        #expect(y.shape == reduced)
        return y
      }, reference: { vectors($0[0]).map(reference) })
  }
  return [
    reduction("sum", { $0.sum(axis: named, keepingDimensions: keeps) }) { $0.reduce(0, +) },
    reduction("mean", { $0.mean(axis: named, keepingDimensions: keeps) }) {
      $0.reduce(0, +) / Double(length)
    },
    reduction("norm", { $0.norm(axis: named, keepingDimensions: keeps) }) { $0.length },
  ]
}
