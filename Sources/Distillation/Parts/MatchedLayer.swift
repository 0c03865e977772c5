public import Tensors

/// The layer that a term compares: one of the student's, and the teacher's that it is matched to.
///
///     public var layer = MatchedLayer.lastStage
///     public var body: some LossTerm { match(layer, by: .gram, with: .meanSquare) }
///
/// Formulas set both: `sp(layer: stage2, teacherLayer: stage3)`.
public struct MatchedLayer: SharedParameters {
  /// The student's layer.
  public var layer: String

  /// The teacher's layer; the same as the student's unless stated.
  public var teacherLayer: String?

  /// - Parameters:
  ///   - layer: The student's.
  ///   - teacher: The teacher's, if it has another name.
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
  public init(stringLiteral layer: String) { self.init(layer) }
}

/// Matches a relation of a layer of the student's to the same relation of the teacher's.
public func match<R: Relation<Tensor>, M>(
  _ layer: MatchedLayer, by relation: R, with matcher: M
) -> Match<Output, R, M> {
  match(
    .output(layer.layer), to: .output(layer.teacherLayer ?? layer.layer), by: relation,
    with: matcher)
}

/// Matches a layer of the student's to the teacher's directly, one example at a time.
public func match<M>(
  _ layer: MatchedLayer, with matcher: M
) -> Match<Output, Identity, M> { match(layer, by: Identity(), with: matcher) }
