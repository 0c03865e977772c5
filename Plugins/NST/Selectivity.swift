public import Distillation
public import Tensors

/// μ(x) = 1/C Σ_c u_c u_cᵀ, N×(H·W)×(H·W), where u_c = x_c / ‖x_c‖ ∈ ℝᴴᵂ.
///
/// ⟨u, v⟩² = ⟨u uᵀ, v vᵀ⟩, so this is the mean of the channels in the space of the kernel, and
/// ‖μ(s) − μ(t)‖² is MMD², for any numbers of channels.
public struct Selectivity: Relation, Configurable {
  /// Makes the relation.
  public init() {}
  public static let standard = Self()
  public static let summary =
    "1/C Σ_c u_c u_cᵀ of each example, where u_c is the direction of a channel."
  public var accepts: TensorKind { .maps }
  public func layout(of x: [Layout]) -> Layout? { x.first?.joining([0], [2, 3], [2, 3]) }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let u = x.atUnitScale().channelMaps.normalized()
    return Tensor.matmul(u, u, transposingFirst: true) / Tensor(Double(x.shape[1]))
  }
}
