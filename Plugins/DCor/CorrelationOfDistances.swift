public import Distillation
public import Tensors

/// 1 − √(⟨A, B⟩ / (‖A‖ ‖B‖)) for doubly centred distances A of the student and B of the teacher, N×N.
public struct CorrelationOfDistances: Matcher, Configurable {
  /// Makes the matcher.
  public init() {}
  public static let standard = Self()
  public static let summary = "1 − √(⟨A, B⟩ / (‖A‖ ‖B‖)), of doubly centred distances."

  public func callAsFunction(student a: Tensor, teacher b: Tensor) -> Tensor {
    // With d = 1 − dCor², 1 − √(1 − d) = d / (1 + √(1 − d)). The right side keeps its figures near 0.
    let d = Cosine()(student: a, teacher: b)
    return d / (1 + (1 - d).relu().sqrt())
  }
}
