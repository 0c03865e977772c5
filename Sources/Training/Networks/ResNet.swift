package import Tensors

/// The residual network for small images of He et al., "Deep Residual Learning for Image
/// Recognition", CVPR 2016, section 4.2, with a projection at each change of shape.
///
/// It has a 3×3 stem; three stages of n = (depth − 2) / 6 basic blocks with `width`, 2·`width` and
/// 4·`width` channels, and stride 2 between stages; global average pooling; and a linear layer.
///
/// The outputs are `stem`, `stage1`, `stage2`, `stage3` (N×C×H×W, after the last ReLU of each),
/// every block of a stage (`stage2.block1`, after its sum), the activations between the
/// convolutions of a block (`stage2.block1.first`), `embedding` (the pooled features, N×4·width)
/// and `logits`.
package struct ResNet: NamedNetwork {
  /// The depth of the network, 6n + 2.
  package let depth: Int
  package let width: Int
  package let classes: Int
  /// The number of channels of an image.
  package let channels: Int

  package init(depth: Int, width: Int, classes: Int, channels: Int = 1) {
    require(depth >= 8 && (depth - 2).isMultiple(of: 6), "[resnet] \(depth) is not 6n + 2")
    (self.depth, self.width, self.classes) = (depth, width, classes)
    self.channels = channels
  }

  package static let pattern = "resnet<6n+2>:<width>"
  package static let example = ResNet(depth: 8, width: 16, classes: 10)
  package static let lastSize: Int? = 16

  package init(sizes: [Int], classes: Int, images: ImageShape) throws {
    try UnfitSizes.check(depth: sizes[0], is6nPlus: 2)
    self.init(depth: sizes[0], width: sizes[1], classes: classes, channels: images.channels)
  }

  package var name: String { "resnet\(depth):\(width)" }

  package var outputNames: [String] {
    let blocks = stages.enumerated().flatMap { index, blocks in
      blocks.flatMap { ["\($0.name).first", $0.name] } + ["stage\(index + 1)"]
    }
    return ["stem"] + blocks + ["embedding", "logits"]
  }

  /// A basic block: two 3×3 convolutions, and a 1×1 projection if the shape changes.
  struct Block {
    let name: String
    let inputs: Int
    let outputs: Int
    let stride: Int

    var isProjected: Bool { stride != 1 || inputs != outputs }
  }

  /// The blocks of each stage.
  var stages: [[Block]] {
    (0..<3).map { stage in
      (0..<(depth - 2) / 6).map { block in
        Block(
          name: "stage\(stage + 1).block\(block + 1)",
          inputs: stage == 0 ? width : block == 0 ? width << (stage - 1) : width << stage,
          outputs: width << stage, stride: stage > 0 && block == 0 ? 2 : 1)
      }
    }
  }

  package func initialWeights(using random: inout Random) -> Weights {
    var weights = Weights()
    weights.appendConvolution("stem", inputs: channels, outputs: width, kernel: 3, using: &random)
    for block in stages.joined() {
      weights.appendConvolution(
        "\(block.name).first", inputs: block.inputs, outputs: block.outputs, kernel: 3,
        using: &random)
      weights.appendConvolution(
        "\(block.name).second", inputs: block.outputs, outputs: block.outputs, kernel: 3,
        using: &random)
      if block.isProjected {
        weights.appendConvolution(
          "\(block.name).projection", inputs: block.inputs, outputs: block.outputs, kernel: 1,
          using: &random)
      }
    }
    weights.appendLinear("logits", inputs: 4 * width, outputs: classes, using: &random)
    return weights
  }
}
