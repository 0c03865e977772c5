public import Tensors

/// A relation that reads the labels of the batch: which examples are of one class.
///
/// The labels are those of the student's or the teacher's outputs; a loss without them throws
/// ``DistillationError/missingLabels(term:)``.
public protocol LabeledRelation: Relation<Tensor> {
  /// The value.
  ///
  /// - Parameters:
  ///   - x: The value of a network, with an example in each entry of the first axis.
  ///   - labels: The class of each example.
  /// - Returns: A tensor.
  func callAsFunction(_ x: Tensor, labels: [Int]) -> Tensor
}

extension LabeledRelation {
  /// The value if all examples are of one class.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    self(x, labels: [Int](repeating: 0, count: x.shape.first ?? 0))
  }
}
