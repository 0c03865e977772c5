public import Tensors

/// 1/n Σᵢ ‖sᵢ − tᵢ‖², the mean over rows of their squared distance. Rows are the entries of the first
/// axis.
public struct MeanSquaredDistance: Matcher, Configurable {
  public static let summary = "‖sᵢ − tᵢ‖², averaged over rows."

  /// Makes the matcher.
  public init() {}
  public static let standard = Self()

  public var accepts: TensorKind { .rows }

  public func callAsFunction(student s: Tensor, teacher t: Tensor) -> Tensor {
    (s - t).squared().sum() / Tensor(Double(s.shape[0]))
  }
}
