public import Tensors

/// The tokens of an output N×T×D that are square pictures, averaged to a grid, so that networks of other
/// numbers of tokens can be compared: a row for each token that remains, at most N·g² of D features.
///
///     match(resampled(grid: 7, projection: linear), with: meanSquare)
///
/// After the first places of each example, s×s tokens follow row by row, as a vision transformer has them. They
/// are averaged as maps are by ``Resized``, also if g does not divide s. Of tokens that a mask leaves out, each
/// mean runs over the others, and a cell without any is left out of both networks.
public struct Resampled: TokenKnowledge, Configurable {
  /// The name of the output.
  public var layer: String

  /// g, how many rows and columns of tokens remain of each picture.
  public var grid: Int

  /// How many places at the beginning of each example are no part of the picture.
  public var withoutFirst: Int

  /// The learned map of the student's tokens to the teacher's width; `none` asks for equal widths.
  public var projection: ProjectionForm

  public static let summary = "Tokens of square pictures, averaged to a grid: a row for each."

  /// Makes the knowledge of an output.
  public init(
    layer: String = Tokens.standard.layer, grid: Int = 7, withoutFirst: Int = 0,
    projection: ProjectionForm = .none
  ) {
    (self.layer, self.grid) = (layer, grid)
    (self.withoutFirst, self.projection) = (withoutFirst, projection)
  }
  public static let standard = Self()
  public static var ranges: [String: ClosedRange<Double>] {
    ["grid": 1...1e4, "withoutFirst": 0...1e9]
  }

  public func layout(in outputs: Outputs) throws -> Layout? {
    try tokens(of: outputs, beside: withoutFirst).layout
  }

  public func callAsFunction(_ outputs: Outputs) throws -> Tensor {
    try tokens(of: outputs, beside: withoutFirst).means.rows
  }

  /// The tokens, beside those of the other network, of whose examples the first places are left out as well.
  fileprivate func tokens(of outputs: Outputs, beside first: Int) throws -> ResampledTokens {
    try ResampledTokens(
      outputs.tokens(OutputName(layer), for: formula),
      on: TokenGrid(size: grid, withoutFirst: withoutFirst),
      beside: outputs.notes.countedBeside.map { ($0, TokenGrid(size: grid, withoutFirst: first)) },
      for: formula, of: outputs.role ?? .student)
  }
}

extension Resampled: MappedKnowledge {
  var unmapped: any Knowledge<Tensor> { with(\.projection, .none) }

  var map: LearnedMap? { projection == .none ? nil : LearnedMap(form: projection) }
}

/// ``Resampled`` beside tokens of the other network, of which other places are left out.
private struct ResampledBeside: TokenKnowledge {
  let own: Resampled
  /// How many places of the other network's examples are left out.
  let first: Int

  static let summary = Resampled.summary
  var formula: String { own.formula }
  var layer: String { own.layer }

  func layout(in outputs: Outputs) throws -> Layout? {
    try own.tokens(of: outputs, beside: first).layout
  }

  func callAsFunction(_ outputs: Outputs) throws -> Tensor {
    try own.tokens(of: outputs, beside: first).means.rows
  }
}

extension Knowledge {
  /// This knowledge, which knows how the other network's is resampled.
  func beside(_ other: any Knowledge) -> any Knowledge {
    guard let own = self as? Resampled, let first = (other as? Resampled)?.withoutFirst,
      first != own.withoutFirst
    else { return self }
    return ResampledBeside(own: own, first: first)
  }

  /// The tokens that it resamples, if it does.
  var resampled: Resampled? { self as? Resampled ?? (self as? ResampledBeside)?.own }
}

extension Knowledge where Self == Resampled {
  /// Tokens of square pictures, averaged to 7×7.
  public static var resampled: Resampled { .standard }

  /// Tokens of square pictures, averaged to a grid.
  public static func resampled(
    layer: String = Tokens.standard.layer, grid: Int = Resampled.standard.grid,
    withoutFirst: Int = Resampled.standard.withoutFirst,
    projection: ProjectionForm = Resampled.standard.projection
  ) -> Resampled {
    Resampled(layer: layer, grid: grid, withoutFirst: withoutFirst, projection: projection)
  }
}
