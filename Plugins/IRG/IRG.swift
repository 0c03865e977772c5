public import Distillation

/// The student keeps the teacher's graph of examples in a layer, and its change between two layers.
public struct IRG: PaperModule {
  public static let citation = Citation(
    "Knowledge Distillation via Instance Relationship Graph", "Liu, Cao, Li, Yuan, Hu, Li, Duan",
    "CVPR 2019", "https://github.com/yufanLIU/IRG")

  /// λ₁, the weight of `logits`; the authors' was not found, and this is KD-Zoo's.
  public var logits: Double
  /// λ₂, the weight of `irg.edge`, from the authors' code.
  public var edge: Double
  /// λ₃, the weight of `irg.transform`, from the authors' code.
  public var transform: Double
  /// The layer whose examples are the vertices of the graph.
  public var layer: MatchedLayer
  /// The layers between which an example changes.
  public var change: LayerChange
  /// The divisor of a graph.
  public var graph: GraphNormalized
  /// How two graphs are compared.
  public var matcher: EuclideanLoss
  /// Makes the loss with these parameters.
  public init(
    logits: Double = 0.1, edge: Double = 0.005, transform: Double = 0.005,
    layer: MatchedLayer = Edge.standard.layer, change: LayerChange = .standard,
    graph: GraphNormalized = .standard, matcher: EuclideanLoss = .standard
  ) {
    (self.logits, self.edge, self.transform, self.layer) = (logits, edge, transform, layer)
    (self.change, self.graph, self.matcher) = (change, graph, matcher)
  }
  public static let standard = Self()

  public static let equation = "L = λ₁ · logits + λ₂ · irg.edge + λ₃ · irg.transform"
  public var body: some LossTerm {
    logits * Logits()
    edge * Edge(layer: layer, graph: graph, matcher: matcher)
    transform * Transform(change: change, graph: graph, matcher: matcher)
  }

  public static let differentiable = IRG().with(\.graph.detachMax, false)
  public static let brings: [any Part.Type] = [
    Edge.self, Transform.self, GraphNormalized.self, LayerDistances.self, EuclideanLoss.self,
  ]

  /// The edges of the graph in one layer, A(i, j) = ‖f(xᵢ) − f(xⱼ)‖² / max.
  public struct Edge: NamedTerm {
    /// The layer whose examples are the vertices of the graph.
    public var layer: MatchedLayer
    /// The divisor of a graph.
    public var graph: GraphNormalized
    /// How two graphs are compared.
    public var matcher: EuclideanLoss
    /// Makes the loss with these parameters.
    public init(
      layer: MatchedLayer = .embedding, graph: GraphNormalized = .standard,
      matcher: EuclideanLoss = .standard
    ) {
      (self.layer, self.graph, self.matcher) = (layer, graph, matcher)
    }
    public static let standard = Self()

    public static let equation = "L = 1/2n Σᵢⱼ (‖sᵢ − sⱼ‖²/maxˢ − ‖tᵢ − tⱼ‖²/maxᵗ)²"
    public var body: some LossTerm {
      match(layer, by: .squaredDistances.then(graph), with: matcher)
    }

    public static let name = "irg.edge"
    public static let differentiable = Edge().with(\.graph.detachMax, false)
    public static let invariances: [Invariance] = [.rotation, .scaling, .translation, .batchOrder]
  }

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
      change: LayerChange = .standard, graph: GraphNormalized = .standard,
      matcher: EuclideanLoss = .standard
    ) {
      (self.change, self.graph, self.matcher) = (change, graph, matcher)
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
    public static let differentiable = Transform().with(\.graph.detachMax, false)
    public static let isZeroForOneExample = true
    public static let invariances: [Invariance] = [.scaling, .translation, .batchOrder]
  }
}
