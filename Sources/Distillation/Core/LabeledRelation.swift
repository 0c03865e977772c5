public import Tensors

/// A relation that reads the labels of the batch: which examples are of one class.
///
/// The labels are those of the student's or the teacher's outputs; a loss without them throws
/// ``DistillationError/missingLabels(term:)``. Examples with the label ``Outputs/ignoredLabel`` are left out
/// before any part of the match is computed, in both networks.
public protocol LabeledRelation: Relation<Tensor> {
  /// How many classes there are, if labels must be 0..<C; `nil` unless stated, and then any whole number may
  /// be a label.
  ///
  /// - Parameter input: The shape of the value that the relation takes.
  /// - Returns: The number of classes.
  func classes(of input: [Int]) -> Int?

  /// The value.
  ///
  /// - Parameters:
  ///   - x: The value of a network, with an example in each entry of the first axis.
  ///   - labels: The class of each example.
  /// - Returns: A tensor.
  func callAsFunction(_ x: Tensor, labels: [Int]) -> Tensor
}

extension LabeledRelation {
  public func classes(of input: [Int]) -> Int? { nil }

  /// Traps: without labels there is no value. A loss calls the relation with the labels of the batch; whoever
  /// calls it, in a closure for instance, does the same.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    fatalError("[\(formula)] it reads labels: call it with them, as in relation(x, labels: labels)")
  }
}
