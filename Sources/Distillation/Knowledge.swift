public import Tensors

/// What is taken from a network: some view of its outputs on a batch.
///
///     knowledge(teacher) = softmax(z / τ)
///
/// A `Value` is a tensor, or a ``TensorPair`` where a relation is between two layers.
public protocol Knowledge<Value>: Component {
  associatedtype Value: Sendable = Tensor

  /// The outputs that it reads. `lastStage` stands for the last stage, whatever its number.
  var outputs: [String] { get }

  /// What its value is, as far as that is known before there are outputs.
  var kind: TensorKind { get }

  /// Throws where an output is missing.
  func callAsFunction(_ outputs: Outputs) throws -> Value

  /// Extracts this knowledge, or finds it already extracted. Implement `callAsFunction` instead.
  func _value(in role: Role, _ evaluation: inout Evaluation) throws -> Value
}

extension Knowledge {
  public var kind: TensorKind { .any }

  public func _value(in role: Role, _ evaluation: inout Evaluation) throws -> Value {
    try evaluation.remembered(Evaluation.Key(role: role, part: self)) { evaluation in
      try self(role == .student ? evaluation.student : evaluation.teacher)
    }
  }
}

/// Two tensors of one network: two layers, or two views of one layer.
public struct TensorPair: Sendable {
  public let first: Tensor
  public let second: Tensor

  public init(_ first: Tensor, _ second: Tensor) { (self.first, self.second) = (first, second) }
}
