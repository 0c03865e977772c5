public import Distillation
public import Tensors

/// The logits of each example without that of its label: N×C becomes N×(C − 1). The labels are 0..<C.
public struct OtherClasses: LabeledRelation, Configurable {
  /// Makes the relation.
  public init() {}
  public static let standard = Self()
  public static let summary = "The logits of each example without that of its label."

  public var accepts: TensorKind { .matrix }
  public func admits(_ x: Tensor) -> Bool { x.hasOtherClasses }
  public var takes: String { Tensor.otherClasses }
  public func gives(_ input: TensorKind) -> TensorKind { .matrix }
  public func classes(of input: [Int]) -> Int? { input[1] }

  public func callAsFunction(_ z: Tensor, labels y: [Int]) -> Tensor { z.omitting(columns: y) }
}

extension Tensor {
  /// Whether these are logits of two classes or more.
  var hasOtherClasses: Bool { TensorKind.matrix.admits(shape) && shape[1] > 1 }

  static let otherClasses = "logits N×C of two classes or more"
}
