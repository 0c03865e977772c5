package import Tensors

/// The vision transformer of Dosovitskiy et al., "An Image is Worth 16x16 Words", ICLR 2021, for small
/// images: with the mean of all tokens in place of a class token, as Beyer, Zhai and Kolesnikov have
/// it in "Better plain ViT baselines for ImageNet-1k", 2022, so that tokens are a picture.
///
/// Each patch becomes a token by a linear map; a learned position is added; then come `depth` blocks
/// of attention and a perceptron with a hidden layer of 4·`dim`, each after layer normalisation and
/// added to the tokens, as PyTorch's `TransformerEncoderLayer` with `norm_first`; normalisation; the
/// mean; and a linear layer.
///
/// The outputs are `tokens1`, `tokens2`, … after each block (N×T×dim), the `queries`, `keys` and
/// `values` of the last block (N×T×dim, its heads side by side), `tokens` (the normalised tokens),
/// `embedding` (their mean, N×dim) and `logits`.
package struct ViT: NamedNetwork {
  /// The number of features of a token.
  package let dim: Int
  /// The number of blocks.
  package let depth: Int
  package let heads: Int
  /// The side of a patch, in pixels.
  package let patch: Int
  package let classes: Int
  package let images: ImageShape

  /// A network for images whose sides are multiples of `patch`, with `dim` a multiple of `heads`.
  package init(
    dim: Int, depth: Int, heads: Int, patch: Int, classes: Int, images: ImageShape
  ) {
    require(
      images.height.isMultiple(of: patch) && images.width.isMultiple(of: patch)
        && dim.isMultiple(of: heads), "[vit] sizes do not fit")
    (self.dim, self.depth, self.heads, self.patch) = (dim, depth, heads, patch)
    (self.classes, self.images) = (classes, images)
  }

  package static let pattern = "vit:<dim>:<depth>:<heads>:<patch>"
  package static let example = ViT(
    dim: 64, depth: 4, heads: 4, patch: 4, classes: 10, images: ImageShape(height: 28, width: 28))

  package init(sizes: [Int], classes: Int, images: ImageShape) throws {
    let (dim, heads, patch) = (sizes[0], sizes[2], sizes[3])
    guard dim.isMultiple(of: heads) else {
      throw UnfitSizes("\(heads) heads do not divide its \(dim) features evenly")
    }
    func fills(_ side: Int) -> Bool {
      images.height.isMultiple(of: side) && images.width.isMultiple(of: side)
    }
    guard fills(patch) else {
      let sides = (1...max(1, min(images.height, images.width))).filter(fills)
      throw UnfitSizes(
        """
        patches of \(patch)×\(patch) pixels do not fill images of \(images); those of side \
        \(sides.map { "\($0)" }.joined(separator: ", ")) do
        """)
    }
    self.init(
      dim: dim, depth: sizes[1], heads: heads, patch: patch, classes: classes, images: images)
  }

  package var name: String { "vit:\(dim):\(depth):\(heads):\(patch)" }

  package var outputNames: [String] {
    (1...depth).map { "tokens\($0)" }
      + ["queries", "keys", "values", "tokens", "embedding", "logits"]
  }

  /// The number of patches of an image.
  private var tokens: Int { images.height / patch * (images.width / patch) }

  /// Weights as PyTorch draws those of `Conv2d`, `TransformerEncoderLayer` and `Linear`. The positions
  /// have a deviation of 0.02, as in torchvision.
  package func initialWeights(using random: inout Random) -> Weights {
    var weights = Weights()
    let pixels = images.channels * patch * patch
    let shape = [dim, images.channels, patch, patch]
    weights.parameters = [
      .init("patches.weight", .uniformWeights(shape, fanIn: pixels, using: &random)),
      .init("patches.bias", .uniformWeights([dim], fanIn: pixels, using: &random)),
      .init("positions", random.normal(shape: [tokens, dim]) * 0.02),
    ]
    for block in 1...depth { weights.append(block: "block\(block)", width: dim, using: &random) }
    weights.appendLayerNormalization("norm", width: dim)
    weights.appendLinear("logits", inputs: dim, outputs: classes, using: &random)
    return weights
  }
}

extension Weights {
  fileprivate mutating func append(block: String, width: Int, using random: inout Random) {
    appendLayerNormalization("\(block).norm1", width: width)
    // Glorot's bound √(6 / (inputs + outputs)).
    let bound = (6 / Float(4 * width)).squareRoot()
    parameters += [
      Named(
        "\(block).projections.weight",
        .uniform([3 * width, width], bound: bound, using: &random)),
      Named("\(block).projections.bias", .zeros([3 * width])),
      Named(
        "\(block).attention.weight",
        .uniformWeights([width, width], fanIn: width, using: &random)),
      Named("\(block).attention.bias", .zeros([width])),
    ]
    appendLayerNormalization("\(block).norm2", width: width)
    appendLinear("\(block).hidden", inputs: width, outputs: 4 * width, using: &random)
    appendLinear("\(block).output", inputs: 4 * width, outputs: width, using: &random)
  }
}
