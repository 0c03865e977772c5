public import Distillation
public import Tensors

/// The mean over all entries of p log((p + ε) / (q + ε)), of probabilities p of the teacher and q: rows
/// whose sums agree up to rounding. What is below 0 counts as 0.
public struct AffinityDivergence: Matcher, Configurable {
  /// ε, added to probabilities.
  public var epsilon: Double
  public init(epsilon: Double = PKT.standard.epsilon) { self.epsilon = epsilon }
  public static let standard = Self()

  public static let ranges = PKT.ranges
  public static let summary = "p log(p / q), averaged over every two examples."

  public func callAsFunction(student q: Tensor, teacher p: Tensor) -> Tensor {
    // Of opposite rows, rounding may take the affinity below 0.
    q.divergence(fromTeacher: p, epsilon: epsilon) / Tensor(Double(max(q.count, 1)))
  }
}
