public import Distillation

extension IRG {
  /// The changes of the vertices between pairs of layers, Λ(i) = ‖f₁(xᵢ) − f₂(xᵢ)‖² / max.
  public struct Transform: NamedTerm {
    /// The layers between which an example changes.
    public var change: LayerChange
    /// The divisor of a graph.
    public var graph: GraphNormalized
    /// How two graphs are compared.
    public var matcher: EuclideanLoss
    /// Makes the loss with these parameters.
    public init(
      from: String? = nil, to: String? = nil, teacherFrom: String? = nil,
      teacherTo: String? = nil, pooled: Bool? = LayerChange.standard.pooled,
      align: Bool = LayerChange.standard.align,
      normalize: GraphNormalized.Divisor = GraphNormalized.standard.normalize,
      detachMax: Bool = GraphNormalized.standard.detachMax,
      reduction: EuclideanLoss.Reduction = EuclideanLoss.standard.reduction
    ) {
      change = LayerChange(
        from: from, to: to, teacherFrom: teacherFrom, teacherTo: teacherTo, pooled: pooled,
        align: align)
      graph = GraphNormalized(normalize: normalize, detachMax: detachMax)
      matcher = EuclideanLoss(reduction: reduction)
    }
    public static let standard = Self()

    public static let equation =
      "L = 1/2 Σ over pairs of layers Σᵢ (‖s¹ᵢ − s²ᵢ‖²/maxˢ − ‖t¹ᵢ − t²ᵢ‖²/maxᵗ)²"
    public var body: some LossTerm {
      for (student, teacher) in change.pairs {
        match(student, to: teacher, by: change.distances.then(graph), with: matcher)
      }
    }

    public static let name = "irg.transform"
    public static let differentiable = Transform(detachMax: false)
    public static let isZeroForOneExample = true
    public static let invariances: [Invariance] = [.scaling, .translation, .batchOrder]
  }
}
