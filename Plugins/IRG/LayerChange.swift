public import Distillation

/// The layers between which the change of an example is measured, and how it is measured.
public struct LayerChange: SharedParameters {
  /// The student's first layer. If no layer is stated, the authors' three pairs are compared; if
  /// another one is, this is `stem`.
  public var from: String?

  /// The student's second layer. If no layer is stated, the authors' three pairs are compared; if
  /// another one is, this is `stage1`.
  public var to: String?

  /// The teacher's first layer; the same as the student's unless stated.
  public var teacherFrom: String?

  /// The teacher's second layer; the same as the student's unless stated.
  public var teacherTo: String?

  /// Whether maps are averaged over height and width, as the authors do. Unless stated, they are if
  /// they are not aligned.
  public var pooled: Bool?

  /// Whether maps of other sizes are aligned as KD-Zoo does, which compares all pixels.
  public var align: Bool

  /// Makes a change with these parameters.
  public init(
    from: String? = nil, to: String? = nil, teacherFrom: String? = nil, teacherTo: String? = nil,
    pooled: Bool? = nil, align: Bool = LayerDistances.standard.align
  ) {
    (self.from, self.to, self.teacherFrom) = (from, to, teacherFrom)
    (self.teacherTo, self.pooled, self.align) = (teacherTo, pooled, align)
  }
  public static let standard = Self()

  var distances: LayerDistances { LayerDistances(pooled: pooled ?? !align, align: align) }

  /// The pairs of layers: from the first block of each of three stages to its last, as in the authors'
  /// ResNet-20, unless a layer is stated.
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
