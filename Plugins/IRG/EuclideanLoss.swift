public import Distillation
public import Tensors

/// The sum of (s − t)², divided as Caffe divides it: by twice the length of the first axis.
public struct EuclideanLoss: Matcher, SharedParameters {
  public enum Reduction: String, Codable, CaseIterable, Sendable {
    /// By twice the length of the first axis: 2N for N×N, 2 for 1×N.
    case caffe
    /// By the number of entries.
    case mean
    /// By nothing.
    case sum
  }

  /// What the sum is divided by.
  public var reduction: Reduction

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
