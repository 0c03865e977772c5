public import Distillation

/// Between which layers the change of an example is measured, and how.
public struct LayerChange: SharedParameters {
  /// One pair of layers, the teacher's where they are other ones. The authors' three unless stated.
  public var from: String?, to: String?, teacherFrom: String?, teacherTo: String?

  /// Whether maps are averaged over height and width, as the authors do: unless stated, where
  /// they are not aligned as KD-Zoo does, which compares all pixels.
  public var pooled: Bool?, align: Bool
  public init(
    from: String? = nil, to: String? = nil, teacherFrom: String? = nil, teacherTo: String? = nil,
    pooled: Bool? = nil, align: Bool = LayerDistances.standard.align
  ) {
    (self.from, self.to, self.teacherFrom) = (from, to, teacherFrom)
    (self.teacherTo, self.pooled, self.align) = (teacherTo, pooled, align)
  }
  public static let standard = Self()

  var distances: LayerDistances { LayerDistances(pooled: pooled ?? !align, align: align) }

  /// From the first block of each of three stages to its last, as in the authors' ResNet-20.
  var pairs: [(student: Layers, teacher: Layers)] {
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
}
