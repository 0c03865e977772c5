package import Distillation
package import Tensors

/// The wide residual network of Zagoruyko and Komodakis, "Wide Residual Networks", BMVC 2016, whose
/// blocks normalise and rectify before each convolution, as distillation papers train it on CIFAR.
///
/// It has a 3×3 stem of `width` channels, 16 in the paper; three stages of n = (depth − 4) / 6 blocks of
/// two convolutions with k, 2k and 4k times as many, and stride 2 between stages; normalisation and
/// ReLU; global average pooling; and a linear layer. Where the number of channels changes, a block's
/// normalised input goes through a 1×1 convolution to its sum.
///
/// The outputs are `stem`, `stage1`, `stage2`, `stage3` (N×C×H×W, the sums, before they are rectified),
/// every block of a stage (`stage2.block1`), `embedding` (the pooled features, N×4k·width) and `logits`.
package struct WideResNet: NamedNetwork {
  /// The depth of the network, 6n + 4.
  package let depth: Int
  /// k, by how much a stage is wider than that of a residual network.
  package let factor: Int
  package let width: Int
  package let classes: Int
  /// The number of channels of an image.
  package let channels: Int

  package init(depth: Int, factor: Int, width: Int, classes: Int, channels: Int) {
    require(depth >= 10 && (depth - 4).isMultiple(of: 6), "[wrn] \(depth) is not 6n + 4")
    (self.depth, self.factor, self.width) = (depth, factor, width)
    (self.classes, self.channels) = (classes, channels)
  }

  package static let pattern = "wrn<6n+4>-<k>:<width>"
  package static let example = WideResNet(
    depth: 10, factor: 2, width: 16, classes: 10, channels: 1)
  package static let lastSize: Int? = 16

  package init(sizes: [Int], classes: Int, images: ImageShape) throws {
    try UnfitSizes.check(depth: sizes[0], is6nPlus: 4)
    guard (1...64).contains(sizes[1]) else {
      throw UnfitSizes("its k \(sizes[1]) is not from 1 to 64")
    }
    self.init(
      depth: sizes[0], factor: sizes[1], width: sizes[2], classes: classes,
      channels: images.channels)
  }

  package var name: String { "wrn\(depth)-\(factor):\(width)" }

  package var outputNames: [String] {
    let blocks = stages.enumerated().flatMap { index, blocks in
      blocks.map { $0.name } + ["stage\(index + 1)"]
    }
    return ["stem"] + blocks + ["embedding", "logits"]
  }

  /// The number of channels of the last stage.
  private var features: Int { 4 * width * factor }

  struct Block {
    let name: String
    let inputs: Int
    let outputs: Int
    let stride: Int

    var isProjected: Bool { inputs != outputs }
  }

  /// The blocks of each stage.
  var stages: [[Block]] {
    let widths = [width, width * factor, 2 * width * factor, 4 * width * factor]
    return (1...3).map { stage in
      (0..<(depth - 4) / 6).map { block in
        Block(
          name: "stage\(stage).block\(block + 1)",
          inputs: widths[block == 0 ? stage - 1 : stage], outputs: widths[stage],
          stride: stage > 1 && block == 0 ? 2 : 1)
      }
    }
  }

  package func initialWeights(using random: inout Random) -> Weights {
    var weights = Weights()
    weights.appendPlainConvolution(
      "stem", inputs: channels, outputs: width, kernel: 3, using: &random)
    for block in stages.joined() {
      for (part, inputs) in [("first", block.inputs), ("second", block.outputs)] {
        weights.appendBatchNormalization("\(block.name).\(part)", channels: inputs)
        weights.appendPlainConvolution(
          "\(block.name).\(part)", inputs: inputs, outputs: block.outputs, kernel: 3, using: &random
        )
      }
      if block.isProjected {
        weights.appendPlainConvolution(
          "\(block.name).projection", inputs: block.inputs, outputs: block.outputs, kernel: 1,
          using: &random)
      }
    }
    weights.appendBatchNormalization("norm", channels: features)
    weights.appendLinear("logits", inputs: features, outputs: classes, using: &random)
    return weights
  }
}

extension WideResNet {
  package func callAsFunction(
    _ images: Tensor, _ weights: Weights, _ pass: Pass, giving names: [String]
  ) -> (outputs: Outputs, statistics: [String: Tensor]) {
    var layers = Layers(weights, pass, examples: images.shape[0])
    var maps = MapOutputs(names, examples: images.shape[0])
    var x = layers.plainConvolution(images.packedLanes(), "stem", padding: 1)
    maps.give("stem", x)
    for (index, blocks) in stages.enumerated() {
      for block in blocks {
        x = self.block(block, x, &layers)
        maps.give(block.name, x)
      }
      maps.giveStage(index + 1, blocks: blocks.count, x)
    }
    let last = layers.batchNormalization(x, "norm", rectified: true)
    return (maps.outputs(pooling: last, layers), layers.statistics)
  }

  /// F(x) + x, where F normalises and rectifies before each of two convolutions. If the number of
  /// channels changes, the normalised x is projected.
  private func block(_ block: Block, _ x: Tensor, _ layers: inout Layers) -> Tensor {
    let normal = layers.batchNormalization(x, "\(block.name).first", rectified: true)
    let shortcut =
      block.isProjected
      ? layers.plainConvolution(normal, "\(block.name).projection", stride: block.stride) : x
    let y = layers.plainConvolution(normal, "\(block.name).first", stride: block.stride, padding: 1)
    let inner = layers.batchNormalization(y, "\(block.name).second", rectified: true)
    return layers.plainConvolution(inner, "\(block.name).second", padding: 1) + shortcut
  }
}
