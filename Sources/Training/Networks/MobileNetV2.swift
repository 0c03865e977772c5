package import Distillation
package import Tensors

/// The network of inverted residuals of Sandler et al., "MobileNetV2", CVPR 2018, with the strides that
/// distillation papers use for small images.
///
/// It has a 3×3 stem of `width` channels, 32 in the paper, and stride 2; seventeen blocks, each of a
/// 1×1 expansion to six times the channels, a 3×3 depthwise convolution and a 1×1 projection; a 1×1
/// convolution to 40·`width` channels; global average pooling; and a linear layer. The number of
/// channels of every layer is in proportion to `width`, the last convolution's too.
///
/// The outputs are `stem`, `stage1` to `stage4` (N×C×H×W, one for each size of the maps: the sums,
/// which are not rectified), every block of a stage (`stage2.block1`), `embedding` (the pooled
/// features, N×40·width) and `logits`.
package struct MobileNetV2: NamedNetwork {
  /// The number of channels of the stem, a multiple of 4.
  package let width: Int
  package let classes: Int
  /// The number of channels of an image.
  package let channels: Int

  package init(width: Int, classes: Int, channels: Int) {
    require(width > 0 && width.isMultiple(of: 4), "[mobilenetv2] \(width) is no multiple of 4")
    (self.width, self.classes, self.channels) = (width, classes, channels)
  }

  package static let pattern = "mobilenetv2:<width>"
  package static let example = MobileNetV2(width: 16, classes: 10, channels: 1)

  package init(sizes: [Int], classes: Int, images: ImageShape) throws {
    let width = sizes[0]
    guard width.isMultiple(of: 4) else {
      let less = width / 4 * 4
      let near = less > 0 ? "\(less) and \(less + 4) are" : "4 is"
      throw UnfitSizes("its width \(width) is no multiple of 4; \(near)")
    }
    self.init(width: width, classes: classes, channels: images.channels)
  }

  package var name: String { "mobilenetv2:\(width)" }

  package var outputNames: [String] {
    let blocks = stages.enumerated().flatMap { index, blocks in
      blocks.map { $0.name } + ["stage\(index + 1)"]
    }
    return ["stem"] + blocks + ["embedding", "logits"]
  }

  struct Block {
    let name: String
    let inputs: Int
    let outputs: Int
    let stride: Int
    /// By how much the block is wider inside; a block of 1 has no expansion.
    let expansion: Int

    var isResidual: Bool { stride == 1 && inputs == outputs }
  }

  /// The paper's table 2: expansion, channels if the stem has 32, number of blocks, and stride of the
  /// first of these. The stage is ours.
  private static let table = [
    (stage: 1, expansion: 1, channels: 16, count: 1, stride: 1),
    (stage: 1, expansion: 6, channels: 24, count: 2, stride: 1),
    (stage: 2, expansion: 6, channels: 32, count: 3, stride: 2),
    (stage: 3, expansion: 6, channels: 64, count: 4, stride: 2),
    (stage: 3, expansion: 6, channels: 96, count: 3, stride: 1),
    (stage: 4, expansion: 6, channels: 160, count: 3, stride: 2),
    (stage: 4, expansion: 6, channels: 320, count: 1, stride: 1),
  ]

  /// The blocks of each stage.
  var stages: [[Block]] {
    var (stages, inputs) = ([[Block]](repeating: [], count: 4), width)
    for row in Self.table {
      for index in 0..<row.count {
        let name = "stage\(row.stage).block\(stages[row.stage - 1].count + 1)"
        let outputs = row.channels * width / 32
        stages[row.stage - 1].append(
          Block(
            name: name, inputs: inputs, outputs: outputs, stride: index == 0 ? row.stride : 1,
            expansion: row.expansion))
        inputs = outputs
      }
    }
    return stages
  }

  package func initialWeights(using random: inout Random) -> Weights {
    var weights = Weights()
    weights.appendConvolution("stem", inputs: channels, outputs: width, kernel: 3, using: &random)
    for block in stages.joined() {
      let inside = block.expansion * block.inputs
      if block.expansion > 1 {
        weights.appendConvolution(
          "\(block.name).expansion", inputs: block.inputs, outputs: inside, kernel: 1,
          using: &random)
      }
      weights.appendConvolution(
        "\(block.name).depthwise", inputs: 1, outputs: inside, kernel: 3, using: &random)
      weights.appendConvolution(
        "\(block.name).projection", inputs: inside, outputs: block.outputs, kernel: 1,
        using: &random)
    }
    weights.appendConvolution(
      "last", inputs: 10 * width, outputs: 40 * width, kernel: 1, using: &random)
    weights.appendLinear("logits", inputs: 40 * width, outputs: classes, using: &random)
    return weights
  }
}

extension MobileNetV2 {
  package func callAsFunction(
    _ images: Tensor, _ weights: Weights, _ pass: Pass, giving names: [String]
  ) -> (outputs: Outputs, statistics: [String: Tensor]) {
    var layers = Layers(weights, pass, examples: images.shape[0])
    var maps = MapOutputs(names, examples: images.shape[0])
    var x = layers.convolution(images.packedLanes(), "stem", stride: 2, rectified: true).capped(
      at: 6)
    maps.give("stem", x)
    for (index, blocks) in stages.enumerated() {
      for block in blocks {
        x = self.block(block, x, &layers)
        maps.give(block.name, x)
      }
      maps.giveStage(index + 1, blocks: blocks.count, x)
    }
    let last = layers.convolution(x, "last", padding: 0, rectified: true).capped(at: 6)
    return (maps.outputs(pooling: last, layers), layers.statistics)
  }

  private func block(_ block: Block, _ x: Tensor, _ layers: inout Layers) -> Tensor {
    let (name, wide) = (block.name, block.expansion > 1)
    let y =
      wide
      ? layers.convolution(x, "\(name).expansion", padding: 0, rectified: true).capped(at: 6) : x
    let maps = y.depthwiseConvolved(
      with: layers["\(name).depthwise.weight"], stride: block.stride, padding: 1)
    let inner = layers.batchNormalization(maps, "\(name).depthwise", rectified: true).capped(at: 6)
    return layers.convolution(
      inner, "\(name).projection", padding: 0, adding: block.isResidual ? x : nil)
  }
}
