public import Distillation
public import Tensors

/// −1/n Σᵢ log P, where P is the likelihood of the order of the teacher's `length` smallest distances from
/// i. It follows the model of Plackett and Luce with the student's scores −α dᵝ. The order is a constant.
public struct OrderLikelihood: Matcher, SharedParameters {
  /// α, the factor of a distance d in its score −α dᵝ.
  public var alpha: Double

  /// β, the exponent of a distance d in its score −α dᵝ.
  public var beta: Double

  /// How many neighbours are ranked.
  public var length: Int
  /// Makes the matcher with these parameters.
  public init(alpha: Double = 3, beta: Double = 3, length: Int = 4) {
    (self.alpha, self.beta, self.length) = (alpha, beta, length)
  }
  public static let standard = Self()
  public static let summary =
    "−log P of the teacher's order of neighbours at the student's distances."
  public static let ranges: [String: ClosedRange<Double>] = [
    "alpha": 0.001...1e9, "beta": 0.1...6, "length": 2...1e9,
  ]
  public var accepts: TensorKind { .square }

  public func callAsFunction(student s: Tensor, teacher t: Tensor) -> Tensor {
    let (n, ranked) = (s.shape[0], min(length, s.shape[0] - 1))
    // Distances are at least 10⁻⁶.
    let d =
      (s.gathered(t.smallestOffDiagonal(ranked), shape: [n, ranked]) - 1e-6).relu() + 1e-6
    let scores = Tensor(-alpha) * (Tensor(beta) * d.log()).exp()
    // At each place, log P that the right neighbour comes next among those that are left.
    let choices = (0..<ranked).map {
      scores.columns($0..<ranked).logSoftmax().columns(0..<1).mean()
    }
    return -choices.reduce(0, +)
  }
}
