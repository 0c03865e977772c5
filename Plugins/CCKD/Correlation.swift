public import Distillation
public import Tensors

/// k(xᵢ, xⱼ), a kernel of every two examples, N×N.
public struct Correlation: InnerProductRelation, SharedParameters {
  /// A kernel k(x, y) of two examples.
  public enum Kernel: String, Codable, CaseIterable, Sendable {
    /// Σ e^(−2γ) (2γ)ᵖ/p! ⟨x, y⟩ᵖ over p ≤ P, the series of the Gaussian for unit vectors.
    case taylor
    /// e^(−γ ‖x − y‖²).
    case gaussian
    /// ⟨x, y⟩.
    case bilinear
    /// |x̄ − ȳ|, where x̄ and ȳ are the means over features.
    case mmd
  }

  /// The kernel k.
  public var kernel: Kernel

  /// γ of the kernels `taylor` and `gaussian`; 0.4 is from KD-Zoo and torchdistill.
  public var gamma: Double

  /// P, the highest power in the kernel `taylor`; 2 is from KD-Zoo and torchdistill.
  public var order: Int

  /// Whether features are divided by their length first. The Taylor form holds only for such features.
  public var normalize: Bool
  /// Makes the relation with these parameters.
  public init(
    kernel: Kernel = .taylor, gamma: Double = 0.4, order: Int = 2, normalize: Bool = true
  ) {
    (self.kernel, self.gamma, self.order, self.normalize) = (kernel, gamma, order, normalize)
  }
  public static let standard = Self()

  public static let ranges = ["gamma": 0.001...10.0, "order": 1.0...1000.0]
  public static let summary = "k(xᵢ, xⱼ), a kernel of every two examples."

  public func callAsFunction(_ products: InnerProducts) -> Tensor {
    var x: Tensor { normalize ? products.rows.atUnitScale().normalized() : products.rows }
    var xy: Tensor { normalize ? products.cosines : products.gram }
    let γ = gamma
    switch kernel {
    case .taylor:
      var coefficients = [(-2 * γ).exponential()]
      for p in 1..<order + 1 { coefficients.append(coefficients[p - 1] * 2 * γ / Double(p)) }
      return xy.polynomial(coefficients)
    case .gaussian: return (Tensor(-γ) * x.pairwiseSquaredDistances).exp()
    case .bilinear: return xy
    case .mmd:
      let means = x.mean(axis: 1, keepingDimensions: true)
      return (means - means.transposed).abs()
    }
  }
}
