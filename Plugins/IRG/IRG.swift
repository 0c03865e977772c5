public import Distillation

/// The student keeps the teacher's graph of examples in a layer, and its change between two layers.
public struct IRG: PaperModule {
  /// λ₁, λ₂ and λ₃, the last two from the authors' code. λ₁ was not found, and is KD-Zoo's.
  public var logits = 0.1, edge = 0.005, transform = 0.005
  public var layer = "embedding", teacherLayer: String?
  public var from: String?, to: String?, teacherFrom: String?, teacherTo: String?
  public var pooled: Bool?, align = false
  public var normalize = GraphNormalized.Divisor.max, detachMax = true
  public var reduction = EuclideanLoss.Reduction.caffe

  public init() {}

  /// L_MTK − L_GT = λ₁ · L_logits + λ₂ · L_edge + λ₃ · L_IRG-t
  public var body: some LossTerm {
    logits * Logits()
    edge * Edge().sharing(self)
    transform * Transform().sharing(self)
  }

  /// L_edge = ‖A_S − A_T‖² / 2n, A(i, j) = ‖f(xᵢ) − f(xⱼ)‖² / max
  public struct Edge: NamedTerm {
    public var layer = "embedding", teacherLayer: String?
    public var normalize = GraphNormalized.Divisor.max, detachMax = true
    public var reduction = EuclideanLoss.Reduction.caffe

    public init() {}

    public var body: some LossTerm {
      match(
        .output(layer), to: .output(teacherLayer ?? layer),
        by: .squaredDistances.then(GraphNormalized().sharing(self)),
        with: EuclideanLoss().sharing(self))
    }

    public static let name = "irg.edge"
    public static let differentiable = Edge().with(\.detachMax, false)
    public static let equation = "L = 1/2n Σᵢⱼ (‖sᵢ − sⱼ‖²/maxˢ − ‖tᵢ − tⱼ‖²/maxᵗ)²"
    public static let invariances: [Invariance] = [.rotation, .scaling, .translation, .batchOrder]
  }

  public static let parts: [any NamedTerm.Type] = [Edge.self, Transform.self]
  public static let relations: [any (Relation & Configurable).Type] = [
    GraphNormalized.self, LayerDistances.self,
  ]
  public static let matchers: [any (Matcher & Configurable).Type] = [EuclideanLoss.self]
  public static let differentiable = IRG().with(\.detachMax, false)
  public static let equation = "L = λ₁ · logits + λ₂ · irg.edge + λ₃ · irg.transform"
  public static let citation = Citation(
    "Knowledge Distillation via Instance Relationship Graph", "Liu, Cao, Li, Yuan, Hu, Li, Duan",
    "CVPR 2019", "https://github.com/yufanLIU/IRG")
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { IRG.register(in: $0) }
