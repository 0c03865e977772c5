public import Distillation
public import Tensors

/// The first features of an output N×D, N×k: a slice, as Matryoshka embeddings are cut.
public struct LeadingFeatures: Knowledge, Configurable {
  /// The name of the output; 'lastStage' is the last stage, whatever its number.
  public var layer: String
  /// k, how many features are taken; an output that has fewer is an error.
  public var width: Int
  /// Makes the knowledge of some features of an output.
  public init(layer: String = Output.standard.layer, width: Int = 256) {
    (self.layer, self.width) = (layer, width)
  }
  public static let standard = Self()
  public static let summary = "The first features of an output."
  /// The numbers of features that may be taken.
  static let widths: ClosedRange<Double> = 1...1e9
  public static let ranges = ["width": widths]

  public var outputs: [OutputName] { [OutputName(layer)] }
  public var accepts: TensorKind { .matrix }
  public var kind: TensorKind { .matrix }

  public func callAsFunction(_ outputs: Outputs) throws -> Tensor {
    let x = try outputs[layer]
    guard accepts.admits(x.shape), width <= x.shape[1] else {
      throw DistillationError.unfit(
        formula, takes: "\(width) features or more", shapes: [x.shape],
        of: outputs.role ?? .student)
    }
    return x.columns(0..<width)
  }
}
