public import Distillation
public import Tensors

/// The logit of each example's label y, and C − 1 times the soft mean m of all others: N×C remains N×C.
///
///     m = τ log (1/(C − 1) Σ exp(z_c/τ))  over all c ≠ y
///
/// softmax(·/τ) of a row is p_y, followed by an equal share of 1 − p_y for every other class, where
/// p = softmax(z/τ). Such rows diverge as (p_y, 1 − p_y) do. The labels are 0..<C.
///
/// Where the authors' code takes the logarithm of the probability 1 − p_y, which may have become 0, this
/// stays finite.
public struct LabelAgainstRest: LabeledRelation, Configurable {
  /// τ, the temperature of the probabilities.
  public var temperature: Double

  /// Makes the relation at this temperature.
  public init(temperature: Double = 1) { self.temperature = temperature }
  public static let standard = Self()
  public static let ranges = ["temperature": ClosedRange.temperature]
  public static let summary =
    "The logit of the label, and the soft mean of those of all other classes."

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
    let rest = z.omitting(columns: y).logMeanExp(temperature: temperature).reshaped([1, n])
    return .concatenated([label, rest.broadcast(to: [C - 1, n])]).transposed
  }
}
