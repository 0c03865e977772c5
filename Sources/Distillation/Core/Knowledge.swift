public import Tensors

/// What is taken from a network: some view of its outputs on a batch.
///
///     knowledge(teacher) = softmax(z / τ)
///
/// A `Value` is a tensor, or a ``TensorPair`` where a relation is between two layers.
public protocol Knowledge<Value>: Named {
  associatedtype Value: Sendable = Tensor

  /// The outputs that it reads. `lastStage` stands for the last stage, whatever its number.
  var outputs: [OutputName] { get }

  /// What its value is, as far as that is known before there are outputs.
  var kind: TensorKind { get }

  /// Throws where an output is missing.
  func callAsFunction(_ outputs: Outputs) throws -> Value

  /// What each output that it reads must be; any tensor unless stated. Anything else is an error that
  /// shows the output's shape.
  var accepts: TensorKind { get }

  /// Whether it reads the labels of the batch, `outputs.labels`; `false` unless stated.
  var readsLabels: Bool { get }

  /// The layout of its value, if it joins axes of an output; `nil`, unless stated, if it joins none.
  func layout(in outputs: Outputs) throws -> Layout?
}

extension Knowledge {
  public var kind: TensorKind { .any }

  public var accepts: TensorKind { .any }

  public var readsLabels: Bool { false }

  public func layout(in outputs: Outputs) throws -> Layout? { nil }
}

extension Knowledge {
  /// Throws where an output that it reads is of another kind than it accepts.
  func check(_ outputs: Outputs, of role: Role) throws {
    guard accepts != .any, let output = outputs.first(readBy: self, notOf: accepts) else { return }
    throw DistillationError.unfit(
      formula, takes: "\(accepts)", shapes: [output.shape], of: role)
  }
}

/// Two tensors of one network: two layers, or two views of one layer.
public struct TensorPair: Sendable {
  public let first: Tensor
  public let second: Tensor

  public init(_ first: Tensor, _ second: Tensor) { (self.first, self.second) = (first, second) }
}
