public import Distillation
public import Tensors

/// The mean over rows of 1 − ρ(u, v), where ρ(u, v) = ⟨u − ū, v − v̄⟩ / (‖u − ū‖ ‖v − v̄‖ + ε).
public struct Pearson: VectorMatcher, Configurable {
  /// Makes the matcher.
  public init() {}
  public static let standard = Self()
  public static let summary = "1 − ρ(s, t), averaged over rows."

  // As in the authors' code, ε is added to the product.
  private static let ε = 1e-8
  public var smallestDivisor: Double? { Self.ε }

  // A single number has no spread, and its correlation is 0.
  public var isZeroForOneNumber: Bool { false }

  public func callAsFunction(student: Tensor, teacher: Tensor, axis: Int) -> Tensor {
    student.pearsonDistances(toTeacher: teacher, axis: axis, epsilon: Self.ε).mean()
  }
}
