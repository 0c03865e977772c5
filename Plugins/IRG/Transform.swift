public import Distillation

extension IRG {
  /// L_IRG-t = Σ ‖Λ_S − Λ_T‖² / 2 over pairs of layers, Λ(i) = ‖f₁(xᵢ) − f₂(xᵢ)‖² / max
  public struct Transform: NamedTerm {
    /// One pair of layers, the teacher's where they are other ones. The authors' three unless stated.
    public var from: String?, to: String?, teacherFrom: String?, teacherTo: String?

    /// Whether maps are averaged over height and width, as the authors do: unless stated, where
    /// they are not aligned as KD-Zoo does, which compares all pixels.
    public var pooled: Bool?, align = false

    public var normalize = GraphNormalized.Divisor.max, detachMax = true
    public var reduction = EuclideanLoss.Reduction.caffe

    public init() {}

    public var body: some LossTerm {
      for (student, teacher) in pairs {
        match(
          student, to: teacher,
          by: LayerDistances(pooled: pooled ?? !align, align: align)
            .then(GraphNormalized().sharing(self)),
          with: EuclideanLoss().sharing(self))
      }
    }

    /// From the first block of each of three stages to its last, as in the authors' ResNet-20.
    private var pairs: [(student: Layers, teacher: Layers)] {
      guard [from, to, teacherFrom, teacherTo].allSatisfy({ $0 == nil }) else {
        let (first, last) = (from ?? "stem", to ?? "stage1")
        return [
          (
            .layers(from: first, to: last),
            .layers(from: teacherFrom ?? first, to: teacherTo ?? last)
          )
        ]
      }
      return (1...3).map { stage in
        let layers = Layers.layers(from: "stage\(stage).block1", to: "stage\(stage)")
        return (layers, layers)
      }
    }

    public static let name = "irg.transform"
    public static let isZeroForOneExample = true
    public static let differentiable = Transform().with(\.detachMax, false)
    public static let equation =
      "L = 1/2 Σ over pairs of layers Σᵢ (‖s¹ᵢ − s²ᵢ‖²/maxˢ − ‖t¹ᵢ − t²ᵢ‖²/maxᵗ)²"
    public static let invariances: [Invariance] = [.scaling, .translation, .batchOrder]
  }
}
