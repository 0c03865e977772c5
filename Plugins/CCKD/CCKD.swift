public import Distillation
import Foundation
public import Tensors

/// Correlation congruence: the student keeps the teacher's correlations between examples, measured
/// by a kernel.
public struct CCKD: PaperModule {
  /// The kernel; its γ and P as in KD-Zoo and torchdistill.
  public var kernel = Correlation.Kernel.taylor, gamma = 0.4, order = 2

  /// Whether features are divided by their length first: the Taylor form holds for such only.
  public var normalize = true

  public var reduction = Reduction.all, layer = "embedding"

  public init() {}

  /// L_CC = 1/n² ‖K(F_s) − K(F_t)‖²
  public var body: some LossTerm {
    match(
      .output(layer), by: Correlation().sharing(self), with: .meanSquare(reduction: reduction))
  }

  public static let ranges = Correlation.ranges
  public static let relations: [any (Relation & Configurable).Type] = [Correlation.self]
  public static let equation = "L = 1/n² Σᵢⱼ (k(sᵢ, sⱼ) − k(tᵢ, tⱼ))²"
  public static let invariances: [Invariance] = [.rotation, .scaling, .batchOrder]
  public static let citation = Citation(
    "Correlation Congruence for Knowledge Distillation",
    "Peng, Jin, Liu, Zhou, Wu, Liu, Li, Zhang", "ICCV 2019", "https://arxiv.org/abs/1904.01802")
}

/// k(xᵢ, xⱼ), a kernel of every two examples: N×N.
public struct Correlation: InnerProductRelation, Configurable {
  public enum Kernel: String, Codable, CaseIterable, Sendable {
    /// Σ e^(−2γ) (2γ)ᵖ/p! ⟨x, y⟩ᵖ over p ≤ P: the Gaussian of unit vectors, expanded.
    case taylor
    /// e^(−γ ‖x − y‖²)
    case gaussian
    /// ⟨x, y⟩
    case bilinear
    /// |x̄ − ȳ|, of the means over features.
    case mmd
  }

  public var kernel = Kernel.taylor, gamma = 0.4, order = 2, normalize = true

  public static let summary = "k(xᵢ, xⱼ), a kernel of every two examples."

  public init() {}

  public func callAsFunction(_ products: InnerProducts) -> Tensor {
    var x: Tensor { normalize ? products.rows.normalized() : products.rows }
    var xy: Tensor { normalize ? products.cosines : products.gram }
    let γ = gamma
    switch kernel {
    case .taylor:
      var coefficients = [exp(-2 * γ)]
      for p in 1..<order + 1 { coefficients.append(coefficients[p - 1] * 2 * γ / Double(p)) }
      return xy.polynomial(coefficients)
    case .gaussian: return (Tensor(-γ) * x.pairwiseSquaredDistances).exponential()
    case .bilinear: return xy
    case .mmd: return (x.mean(axis: 1) - x.mean(axis: 1).transposed).absolute()
    }
  }

  public static let ranges = ["gamma": 0.0...40.0, "order": 0.0...1000.0]
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { CCKD.register(in: $0) }
