public import Distillation
public import Tensors

/// The outputs of a network of feature maps that were asked for.
///
/// Losses take maps N×C×H×W, and a network holds them packed. Here they are unpacked, those that were
/// asked for alone.
public struct MapOutputs {
  private let names: [String]
  private let examples: Int
  private var found = Outputs([:])

  /// No outputs yet of those that are asked for, of so many images.
  public init(_ names: [String], examples: Int) { (self.names, self.examples) = (names, examples) }

  /// Gives packed maps a name, if it was asked for.
  public mutating func give(_ name: String, _ x: Tensor) {
    guard names.contains(name) else { return }
    found.tensors[name] = x.unpackedLanes(examples: examples)
  }

  /// Gives a stage its name, if it was asked for. Its maps are those of its last block.
  mutating func giveStage(_ number: Int, blocks: Int, _ x: Tensor) {
    let name = "stage\(number)"
    guard names.contains(name) else { return }
    found.tensors[name] =
      found.tensors["\(name).block\(blocks)"] ?? x.unpackedLanes(examples: examples)
  }

  /// All outputs, with the `embedding`, which is the mean over the pixels of the last maps, and the
  /// `logits` of the fully connected layer of that name.
  public func outputs(pooling x: Tensor, _ layers: Layers) -> Outputs {
    var outputs = found
    let embedding = x.globalAveragePooled(examples: examples)
    if names.contains("embedding") { outputs.tensors["embedding"] = embedding }
    if names.contains("logits") {
      outputs.tensors["logits"] = layers.linear(embedding, "logits")
    }
    return outputs
  }
}
