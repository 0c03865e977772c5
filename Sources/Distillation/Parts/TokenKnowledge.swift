public import Tensors

/// A knowledge of one output of tokens N×T×D, whose value is a matrix.
protocol TokenKnowledge: Knowledge {
  var layer: String { get }
}

extension TokenKnowledge {
  public var outputs: [OutputName] { [OutputName(layer)] }
  public var kind: TensorKind { .matrix }
  public var accepts: TensorKind { .tokens }
  public var takesTokens: Bool { true }
}

/// Every token of an output N×T×D that counts, as a row: K×D. Relations of the rows are relations across the
/// batch.
public struct Tokens: TokenKnowledge, Configurable {
  /// The name of the output.
  public var layer: String

  public static let summary = "Every token of an output as a row, across the batch."

  /// Makes the knowledge of an output.
  public init(layer: String = "tokens") { self.layer = layer }
  public static let standard = Self()

  public func layout(in outputs: Outputs) throws -> Layout? {
    try outputs.tokens(OutputName(layer), for: formula).layout
  }

  public func callAsFunction(_ outputs: Outputs) throws -> Tensor {
    try outputs.tokens(OutputName(layer), for: formula).rows
  }
}

/// The first token of each example that counts, N×D: its class token if it has one. Examples without such a
/// token are left out of the loss.
public struct FirstToken: TokenKnowledge, Configurable {
  /// The name of the output, N×T×D.
  public var layer: String

  public static let summary = "The first token of each example."

  /// Makes the knowledge of an output.
  public init(layer: String = Tokens.standard.layer) { self.layer = layer }
  public static let standard = Self()

  public func callAsFunction(_ outputs: Outputs) throws -> Tensor {
    let tokens = try outputs.tokens(OutputName(layer), for: formula)
    return tokens.rows.meansOfRows(tokens.examples.map { Array($0.prefix(1)) })
  }
}

/// The mean token of each example, over those that count: N×D. Examples without such a token are left out of
/// the loss.
public struct MeanToken: TokenKnowledge, Configurable {
  /// The name of the output, N×T×D.
  public var layer: String

  public static let summary = "The mean token of each example."

  /// Makes the knowledge of an output.
  public init(layer: String = Tokens.standard.layer) { self.layer = layer }
  public static let standard = Self()

  public func callAsFunction(_ outputs: Outputs) throws -> Tensor {
    let tokens = try outputs.tokens(OutputName(layer), for: formula)
    return tokens.rows.meansOfRows(tokens.examples.map { Array($0) })
  }
}

/// Every token of an output N×T×D that counts, as a row, without the first ones of each example: class and
/// register tokens stand there.
public struct WithoutFirst: TokenKnowledge, Configurable {
  /// The name of the output.
  public var layer: String

  /// How many places at the beginning of each example are left out.
  public var count: Int

  public static let summary = "Every token of an output as a row, without the first ones."

  /// Makes the knowledge of an output.
  public init(layer: String = Tokens.standard.layer, count: Int = 1) {
    (self.layer, self.count) = (layer, count)
  }
  public static let standard = Self()
  public static var ranges: [String: ClosedRange<Double>] { ["count": 0...1e9] }

  public func layout(in outputs: Outputs) throws -> Layout? { try tokens(outputs).layout }

  public func callAsFunction(_ outputs: Outputs) throws -> Tensor { try tokens(outputs).rows }

  private func tokens(_ outputs: Outputs) throws -> TokenRows {
    let name = OutputName(layer)
    let all = try outputs.tokens(name, for: formula)
    let shape = try outputs[name].shape
    guard count < shape[1] else {
      throw DistillationError.unfit(
        formula, takes: "more than \(count) tokens an example", shapes: [shape],
        of: outputs.role ?? .student)
    }
    return all.filtered { $0 >= count }
  }
}

/// Every token of an output N×T×D that counts, cut into heads of equal width: a row for each token and head,
/// (K·A)×(D/A).
public struct Heads: TokenKnowledge, Configurable {
  /// The name of the output.
  public var layer: String

  /// A, the number of heads, which divides D.
  public var count: Int

  public static let summary = "Every token of an output, cut into heads: a row for each."

  /// Makes the knowledge of an output.
  public init(layer: String = Tokens.standard.layer, count: Int = 12) {
    (self.layer, self.count) = (layer, count)
  }
  public static let standard = Self()
  public static var ranges: [String: ClosedRange<Double>] { ["count": 1...1e9] }

  public func layout(in outputs: Outputs) throws -> Layout? {
    let rows = try tokens(outputs).layout
    return Layout(joining: [rows.rows + [count], [rows.shape[1] / count]])
  }

  public func callAsFunction(_ outputs: Outputs) throws -> Tensor {
    let rows = try tokens(outputs).rows
    return rows.reshaped([rows.shape[0] * count, rows.shape[1] / count])
  }

  private func tokens(_ outputs: Outputs) throws -> TokenRows {
    let tokens = try outputs.tokens(OutputName(layer), for: formula)
    guard tokens.rows.shape[1].isMultiple(of: count) else {
      throw DistillationError.unfit(
        formula, takes: "tokens N×T×D whose D is a multiple of \(count)",
        shapes: [try outputs[layer].shape], of: outputs.role ?? .student)
    }
    return tokens
  }
}

extension Knowledge where Self == Tokens {
  /// Every token of an output as a row, across the batch.
  public static var tokens: Tokens { .standard }

  /// Every token of an output as a row, across the batch.
  public static func tokens(layer: String) -> Tokens { Tokens(layer: layer) }
}

extension Knowledge where Self == FirstToken {
  /// The first token of each example.
  public static var firstToken: FirstToken { .standard }

  /// The first token of each example.
  public static func firstToken(layer: String) -> FirstToken { FirstToken(layer: layer) }
}

extension Knowledge where Self == MeanToken {
  /// The mean token of each example.
  public static var meanToken: MeanToken { .standard }

  /// The mean token of each example.
  public static func meanToken(layer: String) -> MeanToken { MeanToken(layer: layer) }
}

extension Knowledge where Self == WithoutFirst {
  /// Every token of an output as a row, without the first one of each example.
  public static var withoutFirst: WithoutFirst { .standard }

  /// Every token of an output as a row, without the first ones of each example.
  public static func withoutFirst(
    layer: String = Tokens.standard.layer, count: Int = WithoutFirst.standard.count
  ) -> WithoutFirst {
    WithoutFirst(layer: layer, count: count)
  }
}

extension Knowledge where Self == Heads {
  /// Every token of an output, cut into heads: a row for each.
  public static var heads: Heads { .standard }

  /// Every token of an output, cut into heads: a row for each.
  public static func heads(
    layer: String = Tokens.standard.layer, count: Int = Heads.standard.count
  ) -> Heads {
    Heads(layer: layer, count: count)
  }
}
