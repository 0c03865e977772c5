public import Distillation
public import Tensors

/// The logits, a row for each example, token or pixel that counts and whose label is not −100: N×C. Without
/// labels, none is left out.
public struct LabeledLogits: Knowledge, Configurable {
  /// Makes the knowledge.
  public init() {}
  public static let standard = Self()
  public static let summary = "The logits of each example, token or pixel whose label is not −100."

  public var outputs: [OutputName] { ["logits"] }
  public var kind: TensorKind { .matrix }
  public var accepts: TensorKind { .classes }
  public var takesTokens: Bool { true }
  public var readsLabels: Bool { true }

  public func layout(in outputs: Outputs) throws -> Layout? {
    try outputs.layoutOfClassRows("logits")
  }

  public func callAsFunction(_ outputs: Outputs) throws -> Tensor {
    try outputs.classRows("logits")
  }
}
