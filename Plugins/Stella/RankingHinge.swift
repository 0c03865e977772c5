public import Distillation
public import Tensors

/// max(0, m − σ (s_q − s_p)), averaged over every two pairs of examples, p < q in the order of the matrix.
/// σ is −1 where t_q < t_p, and 1 elsewhere. Fewer than three examples have no two pairs, and the value is 0.
///
/// As in the authors' code, equal numbers of the teacher count as rising, so that the later pair should have
/// the greater number.
public struct RankingHinge: Matcher, Configurable {
  /// m, by which the student's numbers should keep the teacher's order.
  public var margin: Double
  /// Makes the matcher with these parameters.
  public init(margin: Double = 0.015) { self.margin = margin }
  public static let standard = Self()
  public static let summary =
    "max(0, m − σ (s_q − s_p)), averaged over every two pairs of examples."
  public static let ranges: [String: ClosedRange<Double>] = ["margin": 0...100]
  public var accepts: TensorKind { .square }

  public func callAsFunction(student s: Tensor, teacher t: Tensor) -> Tensor {
    s.pairRanking(byTeacher: t, margin: margin)
  }
}
