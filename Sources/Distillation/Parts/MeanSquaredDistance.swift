public import Tensors

/// 1/n Σᵢ ‖sᵢ − tᵢ‖²: the mean over rows, the entries of the first axis, of their squared distance.
public struct MeanSquaredDistance: Matcher, Configurable {
  public static let summary = "‖sᵢ − tᵢ‖², averaged over rows."

  public init() {}
  public static let standard = Self()

  public var accepts: TensorKind { .rows }

  public func callAsFunction(student s: Tensor, teacher t: Tensor) -> Tensor {
    (s - t).squared().sum() / Tensor(Double(s.shape[0]))
  }
}
