package import Distillation
package import Tensors

extension ResNet {
  package func callAsFunction(
    _ images: Tensor, _ weights: Weights, _ pass: Pass, giving names: [String]
  ) -> (outputs: Outputs, statistics: [String: Tensor]) {
    let examples = images.shape[0]
    var forward = ConvolutionPass(weights, pass, examples: examples)
    var outputs = Outputs([:])
    /// Unpacks an output if it was asked for.
    func give(_ name: String, _ x: Tensor) {
      guard names.contains(name) else { return }
      outputs.tensors[name] = x.unpackedLanes(examples: examples)
    }
    var x = forward(images.packedLanes(), "stem", rectified: true)
    give("stem", x)
    for (index, blocks) in stages.enumerated() {
      for block in blocks {
        let inner: Tensor
        (inner, x) = self.block(block, x, &forward)
        give("\(block.name).first", inner)
        give(block.name, x)
      }
      let name = "stage\(index + 1)"
      let isLast = index == stages.count - 1 && names.contains("\(OutputName.lastStage)")
      if isLast || names.contains(name) {
        outputs.tensors[name] =
          outputs.tensors["\(name).block\(blocks.count)"] ?? x.unpackedLanes(examples: examples)
      }
    }
    let embedding = x.globalAveragePooled(examples: examples)
    if names.contains("embedding") { outputs.tensors["embedding"] = embedding }
    if names.contains("logits") {
      outputs.tensors["logits"] = embedding.linear(forward["logits.weight"], forward["logits.bias"])
    }
    return (outputs, forward.statistics)
  }

  /// ReLU(F(x) + x), where F is two convolutions, and x is projected if the shape changes. Also
  /// returns the result of the first convolution.
  private func block(
    _ block: Block, _ x: Tensor, _ forward: inout ConvolutionPass
  ) -> (inner: Tensor, Tensor) {
    let shortcut =
      block.isProjected
      ? forward(x, "\(block.name).projection", stride: block.stride, padding: 0) : x
    let y = forward(x, "\(block.name).first", stride: block.stride, rectified: true)
    return (y, forward(y, "\(block.name).second", adding: shortcut, rectified: true))
  }
}

/// One run through a network's convolutions, with its weights and the statistics that it collects.
private struct ConvolutionPass {
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
    let y = x.convolved(with: self["\(name).weight"], stride: stride, padding: padding)
    let (scale, shift) = (self["\(name).scale"], self["\(name).shift"])
    let running = ChannelStatistics(mean: self["\(name).mean"], variance: self["\(name).variance"])
    guard isTraining else {
      return y.normalized(
        by: running, examples: examples, scale: scale, shift: shift, adding: residual,
        rectified: rectified)
    }
    let (result, batch) = y.batchNormalized(
      examples: examples, scale: scale, shift: shift, adding: residual, rectified: rectified)
    let updated = running.updated(with: batch)
    statistics["\(name).mean"] = updated.mean
    statistics["\(name).variance"] = updated.variance
    return result
  }
}
