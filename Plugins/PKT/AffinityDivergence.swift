public import Distillation
public import Tensors

/// The mean over all entries of p log((p + ε) / (q + ε)), for probabilities p of the teacher and q of the
/// student. The sums of their rows agree up to rounding. Entries below 0 count as 0.
public struct AffinityDivergence: Matcher, Configurable {
  /// ε, added to probabilities.
  public var epsilon: Double
  /// Makes the matcher with these parameters.
  public init(epsilon: Double = PKT.standard.epsilon) { self.epsilon = epsilon }
  public static let standard = Self()

  public static let ranges = PKT.ranges
  public static let summary = "p log(p / q), averaged over every two examples."

  public func callAsFunction(student q: Tensor, teacher p: Tensor) -> Tensor {
    // If rows are opposite, rounding may take their affinity below 0.
    q.divergence(fromTeacher: p, epsilon: epsilon) / Tensor(Double(max(q.count, 1)))
  }
}
