public import Tensors

/// One output of the network by its name.
///
/// An output of tokens N×T×D has a row for each token. These are compared directly: for relations, ``Tokens``
/// or another knowledge says what is related. Logits have a row for each example, token or pixel.
public struct Output: WholeOutput, Configurable {
  /// The name of the output; `lastStage` is the last stage, whatever its number.
  public var layer: String

  public static let summary = "One output of the network by its name."

  /// Makes the knowledge of one output.
  public init(layer: String = "embedding") { self.layer = layer }
  public static let standard = Self()

  private var name: OutputName { OutputName(layer) }

  public var outputs: [OutputName] { [name] }

  /// Rows if the name is a usual one, although a file may hold logits of pixels or features of any rank
  /// under it; otherwise unknown.
  public var kind: TensorKind { name.isUsual ? .rows : .any }

  public func layout(in outputs: Outputs) throws -> Layout? { try outputs.layoutOfRows(name) }

  public func callAsFunction(_ outputs: Outputs) throws -> Tensor { try outputs.rows(name) }

  var isOfClasses: Bool { name.isOfClasses }

  public var formula: String {
    name.isUsual ? layer : "output(layer: \(describe(layer)))"
  }
}

/// The feature map of the last stage, whatever its number.
public struct LastStage: WholeOutput, Configurable {
  public static let summary = "The feature map of the last stage, whatever its number."

  /// Makes the knowledge.
  public init() {}
  public static let standard = Self()

  public var outputs: [OutputName] { [.lastStage] }

  public var kind: TensorKind { .rows }

  public func layout(in outputs: Outputs) throws -> Layout? {
    try outputs.layoutOfRows(.lastStage)
  }

  public func callAsFunction(_ outputs: Outputs) throws -> Tensor { try outputs.rows(.lastStage) }

  var isOfClasses: Bool { false }
}

/// Two layers of one network, or one layer of two views.
public struct Layers: Knowledge, Configurable {
  /// The name of the first output.
  public var from: String

  /// The name of the second output.
  public var to: String

  public static let summary = "Two layers of one network, or one layer of two views."

  /// Makes the knowledge of two outputs.
  public init(from: String = "stage1", to: String = "stage2") { (self.from, self.to) = (from, to) }
  public static let standard = Self()

  public var outputs: [OutputName] { [OutputName(from), OutputName(to)] }

  public func callAsFunction(_ outputs: Outputs) throws -> TensorPair {
    TensorPair(try outputs[from], try outputs[to])
  }
}

/// softmax(z / τ) over classes, N×C: a row for each example, for each token of logits N×T×C, or for each
/// pixel of dense predictions N×C×H×W.
public struct Probabilities: Knowledge, Configurable {
  /// τ, the temperature of the softmax.
  public var temperature: Double

  public static let summary = "softmax(z / τ) over classes, for each example, token or pixel."

  /// Makes the knowledge at this temperature.
  public init(temperature: Double = 1) { self.temperature = temperature }
  public static let standard = Self()

  public static var ranges: [String: ClosedRange<Double>] { ["temperature": .temperature] }

  public var outputs: [OutputName] { ["logits"] }

  public var accepts: TensorKind { .classes }

  public var takesTokens: Bool { true }

  /// The layout of a row for each token or pixel.
  public func layout(in outputs: Outputs) throws -> Layout? {
    try outputs.layoutOfClassRows("logits")
  }

  public func callAsFunction(_ outputs: Outputs) throws -> Tensor {
    try outputs.classRows("logits").softmax(temperature: temperature)
  }
}

extension Outputs {
  /// An output as it is; logits and tokens with a row for each entry that counts.
  fileprivate func rows(_ name: OutputName) throws -> Tensor {
    if name.isOfClasses { return try classRows(name) }
    let output = try self[name]
    return output.rank == 3 ? try classRows(name) : output
  }

  /// The layout of these rows, or `nil` if they are the output itself.
  fileprivate func layoutOfRows(_ name: OutputName) throws -> Layout? {
    if name.isOfClasses { return try layoutOfClassRows(name) }
    return try self[name].rank == 3 ? try layoutOfClassRows(name) : nil
  }
}

extension Knowledge where Self == Output {
  /// The pooled features before the last layer, N×D.
  public static var embedding: Output { Output(layer: "embedding") }

  /// The scores of the classes, N×C: a row for each example, token or pixel.
  public static var logits: Output { Output(layer: "logits") }

  /// One output of the network by its name.
  public static func output(_ layer: String) -> Output { Output(layer: layer) }
}

extension Knowledge where Self == LastStage {
  /// The feature map of the last stage, whatever its number.
  public static var lastStage: LastStage { .standard }
}

extension Knowledge where Self == Layers {
  /// Two layers of one network, or one layer of two views.
  public static func layers(from: String, to: String) -> Layers { Layers(from: from, to: to) }
}

extension Knowledge where Self == Probabilities {
  /// softmax(z) over classes, for each example, token or pixel.
  public static var probabilities: Probabilities { .standard }

  /// softmax(z / τ) over classes, for each example, token or pixel.
  public static func probabilities(temperature: Double) -> Probabilities {
    Probabilities(temperature: temperature)
  }
}
