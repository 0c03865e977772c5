public import Tensors

/// The layer that a term compares, with a learned map between networks of other widths.
///
///     public var layer: ProjectedLayer
///     public var body: some LossTerm { match(layer, by: .gram, with: .meanSquare) }
///
/// Formulas set its parameters: `pkd(layer: stage2, teacherLayer: stage3, projection: linear)`.
public struct ProjectedLayer: SharedParameters {
  /// The student's layer.
  public var layer: String

  /// The teacher's layer; the same as the student's unless stated.
  public var teacherLayer: String?

  /// The learned map of the student's layer to the teacher's width; `none` asks for equal widths.
  public var projection: ProjectionForm

  /// Makes a match of layers by their names.
  ///
  /// - Parameters:
  ///   - layer: The student's layer.
  ///   - teacher: The teacher's layer, if it has another name.
  ///   - projection: The learned map of the student's layer.
  public init(
    _ layer: String = MatchedLayer.embedding.layer, teacher: String? = nil,
    projection: ProjectionForm = .none
  ) {
    (self.layer, teacherLayer, self.projection) = (layer, teacher, projection)
  }
  public static let standard = Self()
}

/// Matches a relation of a layer of the student's, through its learned map, to the same relation of the
/// teacher's layer.
public func match<R: Relation<Tensor>, M>(
  _ layer: ProjectedLayer, by relation: R, with matcher: M
) -> Match<Projected, R, M> {
  match(
    .projected(layer.layer, form: layer.projection),
    to: .output(layer.teacherLayer ?? layer.layer), by: relation, with: matcher)
}

/// Matches a layer of the student's, through its learned map, to the teacher's layer directly.
public func match<M>(
  _ layer: ProjectedLayer, with matcher: M
) -> Match<Projected, Identity, M> { match(layer, by: Identity(), with: matcher) }
