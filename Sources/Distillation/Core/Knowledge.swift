public import Tensors

/// A view of a network's outputs on a batch, which relations and matchers compare.
///
///     knowledge(teacher) = softmax(z / τ)
///
/// The ``Value`` is a tensor, or a ``TensorPair`` if a relation between two layers follows.
public protocol Knowledge<Value>: Named {
  /// A tensor, or a ``TensorPair`` of two layers.
  associatedtype Value: Sendable = Tensor

  /// The outputs that it reads. `lastStage` stands for the last stage, whatever its number.
  var outputs: [OutputName] { get }

  /// The kind of its value, as far as it is known before there are outputs; unknown unless stated.
  var kind: TensorKind { get }

  /// The value, from the outputs of one network.
  ///
  /// - Throws: ``/Distillation/DistillationError/missingOutput(_:available:of:)`` if an output is missing.
  func callAsFunction(_ outputs: Outputs) throws -> Value

  /// The kind that each output must have which it reads; any tensor unless stated. An output of another
  /// kind is an error that shows its shape.
  var accepts: TensorKind { get }

  /// Whether it reads the labels of the batch, `outputs.labels`; `false` unless stated. If it does, it is
  /// given no examples with the label ``/Distillation/Outputs/ignoredLabel``.
  var readsLabels: Bool { get }

  /// Whether it takes an output of tokens N×T×D, and leaves out those that the mask leaves out, as
  /// ``/Distillation/Outputs/tokens(_:for:)`` does; `false` unless stated. If it does not, tokens are an error.
  var takesTokens: Bool { get }

  /// The layout of its value, if it joins axes of an output; `nil`, unless stated, if it joins none.
  func layout(in outputs: Outputs) throws -> Layout?
}

extension Knowledge {
  public var kind: TensorKind { .any }

  public var accepts: TensorKind { .any }

  public var readsLabels: Bool { false }

  public var takesTokens: Bool { false }

  public func layout(in outputs: Outputs) throws -> Layout? { nil }
}

extension Knowledge {
  /// Throws if an output that it reads is of another kind than it accepts.
  func check(_ outputs: Outputs, of role: Role) throws {
    if outputs.notes.hasTokens, !takesTokens {
      try outputs.refuseTokens(
        in: self.outputs, for: formula, takes: "\(TensorKind.rows)", of: role)
    }
    guard accepts != .any, let output = outputs.first(readBy: self, notOf: accepts) else { return }
    throw DistillationError.unfit(
      formula, takes: "\(accepts)", shapes: [output.shape], of: role)
  }
}

/// Two tensors of one network: two layers, or two views of one layer.
public struct TensorPair: Sendable {
  /// The tensor of the first layer or view.
  public let first: Tensor
  /// The tensor of the second layer or view.
  public let second: Tensor

  /// Makes a pair of two tensors.
  public init(_ first: Tensor, _ second: Tensor) { (self.first, self.second) = (first, second) }
}
