public import Distillation
public import Tensors

/// The sum of (s − t)², divided as Caffe divides it: by twice the length of the first axis.
public struct EuclideanLoss: Matcher, SharedParameters {
  /// The divisor of the sum.
  public enum Reduction: String, Codable, CaseIterable, Sendable {
    /// Twice the length of the first axis: 2N for N×N, 2 for 1×N.
    case caffe
    /// The number of entries.
    case mean
    /// Nothing: the plain sum.
    case sum
  }

  /// The divisor of the sum.
  public var reduction: Reduction

  /// Makes the matcher with these parameters.
  public init(reduction: Reduction = .caffe) { self.reduction = reduction }
  public static let standard = Self()
  public static let summary = "The sum of (s − t)², divided as Caffe divides it."

  public func callAsFunction(student s: Tensor, teacher t: Tensor) -> Tensor {
    let sum = Penalty.square.total(student: s, teacher: t)
    return switch reduction {
    case .caffe: sum / Tensor(2 * Double(s.shape.first ?? 1))
    case .mean: sum / Tensor(Double(max(s.count, 1)))
    case .sum: sum
    }
  }
}
