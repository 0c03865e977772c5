import Distillation
import Tensors

/// One run through a network's convolutions, with its weights and the statistics that it collects.
struct ConvolutionPass {
  let examples: Int
  private let parameters: [String: Tensor]
  private let isTraining: Bool
  /// The running statistics; in training, those after this batch.
  private(set) var statistics: [String: Tensor]

  init(_ weights: Weights, _ pass: Pass, examples: Int) {
    self.examples = examples
    parameters = Dictionary(uniqueKeysWithValues: weights.parameters.map { ($0.name, $0.tensor) })
    statistics = weights.statistics
    isTraining = pass == .training
  }

  subscript(_ name: String) -> Tensor {
    guard let tensor = parameters[name] ?? statistics[name] else {
      fatalError("[network] the weights have no '\(name)'")
    }
    return tensor
  }

  /// A convolution and batch normalisation, optionally followed by a residual and ReLU.
  mutating func callAsFunction(
    _ x: Tensor, _ name: String, stride: Int = 1, padding: Int = 1, adding residual: Tensor? = nil,
    rectified: Bool = false
  ) -> Tensor {
    normalized(
      convolved(x, name, stride: stride, padding: padding), name, adding: residual,
      rectified: rectified)
  }

  func convolved(_ x: Tensor, _ name: String, stride: Int = 1, padding: Int = 0) -> Tensor {
    x.convolved(with: self["\(name).weight"], stride: stride, padding: padding)
  }

  /// Batch normalisation, optionally followed by a residual and ReLU.
  mutating func normalized(
    _ x: Tensor, _ name: String, adding residual: Tensor? = nil, rectified: Bool = false
  ) -> Tensor {
    let (scale, shift) = (self["\(name).scale"], self["\(name).shift"])
    let running = ChannelStatistics(mean: self["\(name).mean"], variance: self["\(name).variance"])
    guard isTraining else {
      return x.normalized(
        by: running, examples: examples, scale: scale, shift: shift, adding: residual,
        rectified: rectified)
    }
    let (result, batch) = x.batchNormalized(
      examples: examples, scale: scale, shift: shift, adding: residual, rectified: rectified)
    let updated = running.updated(with: batch)
    statistics["\(name).mean"] = updated.mean
    statistics["\(name).variance"] = updated.variance
    return result
  }
}

/// The outputs of a network of feature maps that were asked for.
struct MapOutputs {
  private let names: [String]
  private let examples: Int
  private var found = Outputs([:])

  init(_ names: [String], examples: Int) { (self.names, self.examples) = (names, examples) }

  /// Unpacks maps if they were asked for.
  mutating func give(_ name: String, _ x: Tensor) {
    guard names.contains(name) else { return }
    found.tensors[name] = x.unpackedLanes(examples: examples)
  }

  /// The same for a stage, which is its last block.
  mutating func giveStage(_ number: Int, of count: Int, blocks: Int, _ x: Tensor) {
    let name = "stage\(number)"
    let isLast = number == count && names.contains("\(OutputName.lastStage)")
    guard isLast || names.contains(name) else { return }
    found.tensors[name] =
      found.tensors["\(name).block\(blocks)"] ?? x.unpackedLanes(examples: examples)
  }

  /// All outputs, with the means of the last maps and the logits.
  func outputs(pooling x: Tensor, _ forward: ConvolutionPass) -> Outputs {
    var outputs = found
    let embedding = x.globalAveragePooled(examples: examples)
    if names.contains("embedding") { outputs.tensors["embedding"] = embedding }
    if names.contains("logits") {
      outputs.tensors["logits"] = embedding.linear(forward["logits.weight"], forward["logits.bias"])
    }
    return outputs
  }
}
