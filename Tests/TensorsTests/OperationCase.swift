import Tensors
import Testing

/// One row of the table of operations: an operation, and its reference as plain loops in Double.
///
/// The value is compared with the reference. The gradient is compared with finite differences of
/// the reference, which are exact to some nine figures in Double.
struct OperationCase: Sendable, CustomTestStringConvertible {
  let name: String
  let shapes: [[Int]]
  let operation: @Sendable ([Tensor]) -> Tensor
  let reference: @Sendable ([[Double]]) -> [Double]
  /// The range that inputs are drawn from.
  var range: ClosedRange<Double> = -2...2
  /// The accuracy that is asked for, relative to the largest entry.
  var tolerance = 1e-5

  var testDescription: String { "\(name) \(shapes)" }
}

extension OperationCase {
  /// An operation on each scalar of one tensor.
  static func map(
    _ name: String, in range: ClosedRange<Double> = -2...2,
    _ operation: @escaping @Sendable (Tensor) -> Tensor,
    _ reference: @escaping @Sendable (Double) -> Double
  ) -> OperationCase {
    OperationCase(
      name: name, shapes: [[3, 7]], operation: { operation($0[0]) },
      reference: { $0[0].map(reference) }, range: range)
  }

  /// The same for enough numbers for several vectors of any width, and a rest.
  static func wideMap(
    _ name: String, _ operation: @escaping @Sendable (Tensor) -> Tensor,
    _ reference: @escaping @Sendable (Double) -> Double
  ) -> OperationCase {
    OperationCase(
      name: name, shapes: [[37]], operation: { operation($0[0]) },
      reference: { $0[0].map(reference) }, range: -5...5)
  }

  /// An operation on each row of a matrix.
  static func rows(
    _ name: String, _ n: Int, _ d: Int, in range: ClosedRange<Double> = -2...2,
    _ operation: @escaping @Sendable (Tensor) -> Tensor,
    _ reference: @escaping @Sendable ([Double]) -> [Double]
  ) -> OperationCase {
    OperationCase(
      name: name, shapes: [[n, d]], operation: { operation($0[0]) },
      reference: { x in (0..<n).flatMap { reference(Array(x[0][$0 * d..<($0 + 1) * d])) } },
      range: range)
  }
}
