public import Tensors

/// The layer that a term compares: a layer of the student's, and the teacher's layer that it is matched
/// to.
///
///     public var layer: MatchedLayer
///     public init(layer: String = MatchedLayer.lastStage.layer, teacherLayer: String? = nil) {
///       self.layer = MatchedLayer(layer, teacher: teacherLayer)
///     }
///     public var body: some LossTerm { match(layer, by: .gram, with: .meanSquare) }
///
/// Formulas set both, and so does Swift: `sp(layer: stage2, teacherLayer: stage3)`.
public struct MatchedLayer: SharedParameters {
  /// The student's layer.
  public var layer: String

  /// The teacher's layer; the same as the student's unless stated.
  public var teacherLayer: String?

  /// Makes a match of layers by their names.
  ///
  /// - Parameters:
  ///   - layer: The student's layer.
  ///   - teacher: The teacher's layer, if it has another name.
  public init(_ layer: String = "embedding", teacher: String? = nil) {
    (self.layer, teacherLayer) = (layer, teacher)
  }
  public static let standard = Self()

  /// The pooled features before the last layer.
  public static let embedding = Self()

  /// The feature map of the last stage, whatever its number.
  public static let lastStage = Self("\(OutputName.lastStage)")
}

extension MatchedLayer: ExpressibleByStringLiteral {
  /// Makes a match of the layers of one name: `"stage2"`.
  public init(stringLiteral layer: String) { self.init(layer) }
}

/// Matches a relation of a layer of the student's to the same relation of the teacher's layer.
public func match<R: Relation<Tensor>, M>(
  _ layer: MatchedLayer, by relation: R, with matcher: M
) -> Match<Output, R, M> {
  match(
    .output(layer.layer), to: .output(layer.teacherLayer ?? layer.layer), by: relation,
    with: matcher)
}

/// Matches a layer of the student's to the teacher's layer directly, one example at a time.
public func match<M>(
  _ layer: MatchedLayer, with matcher: M
) -> Match<Output, Identity, M> { match(layer, by: Identity(), with: matcher) }
