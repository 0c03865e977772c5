public import Tensors

/// One output of the network by its name.
public struct Output: Knowledge, Configurable {
  public var layer = "embedding"

  public init() {}

  public init(_ layer: String) { self.layer = layer }

  /// What formulas write without more ado: `logits`, `embedding`, `stage2`, `logits@virtual`.
  init?(formulaName name: String) {
    let base = name.prefix { $0 != "@" }
    let isStage = base.hasPrefix("stage") && Int(base.dropFirst(5)).map { $0 > 0 } == true
    guard base == "logits" || base == "embedding" || isStage else { return nil }
    self.init(name)
  }

  public var outputs: [String] { [layer] }

  public func callAsFunction(_ outputs: Outputs) throws -> Tensor { try outputs[layer] }

  public var formula: String {
    Output(formulaName: layer) == nil ? "output(layer: \(layer))" : layer
  }
}

/// The feature map of the last stage, whatever its number.
public struct LastStage: Knowledge, Configurable {
  public init() {}

  public var outputs: [String] { ["stage"] }

  public func callAsFunction(_ outputs: Outputs) throws -> Tensor {
    let stages = outputs.tensors.keys.compactMap { name in
      name.hasPrefix("stage") ? Int(name.dropFirst(5)) : nil
    }
    return try outputs["stage\(stages.max() ?? 1)"]
  }
}

/// softmax(z / τ).
public struct Probabilities: Knowledge, Configurable {
  public var temperature = 1.0

  public init() {}

  public var outputs: [String] { ["logits"] }

  public func callAsFunction(_ outputs: Outputs) throws -> Tensor {
    try outputs["logits"].softmax(temperature: temperature)
  }
}

extension Knowledge where Self == Output {
  public static var embedding: Output { Output("embedding") }
  public static var logits: Output { Output("logits") }
  public static func output(_ layer: String) -> Output { Output(layer) }
}

extension Knowledge where Self == LastStage {
  public static var lastStage: LastStage { LastStage() }
}

extension Knowledge where Self == Probabilities {
  public static func probabilities(temperature: Double) -> Probabilities {
    var knowledge = Probabilities()
    knowledge.temperature = temperature
    return knowledge
  }
}
