public import Distillation
public import Tensors

/// ψ_A(xᵢ, xⱼ, xₖ) = cos ∠ xᵢxⱼxₖ = ⟨eʲⁱ, eʲᵏ⟩, where eʲⁱ = (xᵢ − xⱼ) / ‖xᵢ − xⱼ‖: an N×N×N stack, one
/// matrix for each vertex j. An edge between equal points is zero.
public struct Angles: StreamedRelation, Configurable {
  /// Makes the relation.
  public init() {}
  public static let standard = Self()
  public static let summary = "cos ∠ xᵢxⱼxₖ, the angle at each example between every two."

  public func penalties(
    student s: InnerProducts, teacher t: InnerProducts, by ℓ: Penalty
  ) -> Penalties? { Tensor.anglePenalty(student: s, teacher: t, ℓ) }

  public func values(of x: Tensor, at entries: [Int]) -> Tensor {
    x.flattened.angleCosines(at: entries)
  }

  /// The whole value. Each edge is held once.
  public func callAsFunction(_ x: Tensor) -> Tensor { x.flattened.angleCosines }

  /// Three matrices N×N: the inner products, the squared distances and the gradient at these.
  public func scalarsHeld(for inputs: [Layout]) -> Int {
    inputs.first.map { Layout(joining: [$0.rows, $0.rows, [3]]).count } ?? 0
  }

  public func numbersPerEntry(of x: Tensor) -> Int { 1 }
}
