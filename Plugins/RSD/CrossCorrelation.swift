public import Distillation
public import Tensors

/// Σᵢ (Rᵢᵢ − 1)² + κ Σ_{i≠j} Rᵢⱼ², where R = 1/n TᵀS relates the teacher's features to the student's. It takes
/// standardised features N×D, and is 0 for one example.
public struct CrossCorrelation: Matcher, Configurable {
  /// κ, the weight of the correlations of different features.
  public var kappa: Double
  /// Makes the matcher with this weight.
  public init(kappa: Double = 0.01) { self.kappa = kappa }
  public static let standard = Self()
  public static let ranges: [String: ClosedRange<Double>] = ["kappa": 0...1e6]
  public static let summary =
    "Correlations with the teacher's features: 1 with the same one, 0 with others."

  public var accepts: TensorKind { .matrix }

  public func callAsFunction(student s: Tensor, teacher t: Tensor) -> Tensor {
    let (n, D) = (s.shape[0], s.shape[1])
    guard n > 1 else { return Tensor(0.0) * s.sum() }
    let r = Tensor.matmul(t, s, transposingFirst: true) / Tensor(Double(n))
    let own = r.gathered((0..<D).map { $0 * (D + 1) }, shape: [D])
    let others = Penalty.square.total(
      student: r, teacher: Tensor(repeating: 0, shape: r.shape), offDiagonal: true)
    return (own - Tensor(1)).squared().sum() + Tensor(kappa) * others
  }
}
