public import Distillation
public import Tensors

/// Two logits for each example, N×2: that of its label y, and T log Σ exp(z_c/T) over all c ≠ y, which is that
/// of all other classes together. softmax(·/T) of the two is (p_y, 1 − p_y) for p = softmax(z/T). The labels
/// are 0..<C.
///
/// Where the authors' code takes the logarithm of the probability 1 − p_y, which may have become 0, this
/// stays finite.
public struct LabelAgainstRest: LabeledRelation, Configurable {
  /// T, the temperature of the probabilities.
  public var temperature: Double

  /// Makes the relation at this temperature.
  public init(temperature: Double = 1) { self.temperature = temperature }
  public static let standard = Self()
  public static let ranges = ["temperature": ClosedRange.temperature]
  public static let summary = "The logit of the label, and that of all other classes together."

  public var accepts: TensorKind { .matrix }
  public func admits(_ x: Tensor) -> Bool { x.hasOtherClasses }
  public var takes: String { Tensor.otherClasses }
  public func gives(_ input: TensorKind) -> TensorKind { .matrix }
  public func classes(of input: [Int]) -> Int? { input[1] }

  public func callAsFunction(_ x: Tensor, labels y: [Int]) -> Tensor {
    // Probabilities do not depend on the mean, and small numbers keep their figures.
    let z = x.centered(axis: 1)
    let (n, C) = (z.shape[0], z.shape[1])
    let label = z.gathered(y.indices.map { $0 * C + y[$0] }, shape: [1, n])
    let rest = z.omitting(columns: y).logSumExp(temperature: temperature).reshaped([1, n])
    return .concatenated([label, rest]).transposed
  }
}
