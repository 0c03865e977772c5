public import Distillation
public import Tensors

/// A network's architecture: a pure function of images and weights.
public protocol Network: Sendable {
  /// The network's name in recipes, with its sizes: `resnet8:16`.
  var name: String { get }

  /// The names of all outputs that the network can give, in order from the images to the `logits`.
  /// `embedding` is one of them.
  var outputNames: [String] { get }

  /// Fresh weights, drawn from `random`.
  func initialWeights(using random: inout Random) -> Weights

  /// Computes outputs on a batch.
  ///
  /// - Parameters:
  ///   - images: The normalised images, N×C×H×W.
  ///   - weights: The weights of this network.
  ///   - pass: In training, batch normalisation uses the batch's statistics; in inference, the
  ///     running ones.
  ///   - names: The outputs wanted. `lastStage` stands for the last stage.
  /// - Returns: Exactly these outputs, and the running statistics after this batch.
  func callAsFunction(
    _ images: Tensor, _ weights: Weights, _ pass: Pass, giving names: [String]
  ) -> (outputs: Outputs, statistics: [String: Tensor])
}

/// The purpose of a run of a network. It decides which statistics batch normalisation uses: the
/// batch's in training, the running ones in inference.
public enum Pass: Sendable {
  /// A pass of training, which uses the batch's statistics and updates the running ones.
  case training
  /// A pass without training, which uses the running statistics and leaves them as they are.
  case inference
}

/// The networks that recipes can name.
public enum Networks {
  /// The kinds of networks: how the name of each is written, and an example of it.
  package static let kinds: [(pattern: String, example: any Network)] = [
    ("resnet<6n+2>:<width>", ResNet(depth: 8, width: 16, classes: 10)),
    ("mlp:<width>:<width>…", MLP(widths: [64], classes: 10, inputs: 28 * 28)),
  ]

  private static func unknown(_ name: String) -> TrainingError {
    .unknownNetwork(name, available: kinds.map { $0.pattern })
  }

  /// The network that a name describes, for images of this shape.
  ///
  /// - Parameters:
  ///   - name: The kind of the network and its sizes, for example `resnet8:16` or `mlp:64`.
  ///   - classes: The number of classes, which is the number of logits.
  ///   - shape: The shape of an image.
  /// - Returns: The network, whose weights are yet to be drawn.
  /// - Throws: ``TrainingError/unknownNetwork(_:available:)``.
  public static func named(
    _ name: String, classes: Int, shape: ImageShape
  ) throws -> any Network {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    let sizes = parts.dropFirst().compactMap { Int($0) }.filter { (1...4096).contains($0) }
    guard let kind = parts.first, sizes.count == parts.count - 1 else {
      throw unknown(name)
    }
    if kind == "mlp", !sizes.isEmpty {
      return MLP(widths: sizes, classes: classes, inputs: shape.count)
    }
    if kind.hasPrefix("resnet"), let depth = Int(kind.dropFirst("resnet".count)), depth >= 8,
      depth <= 1202, (depth - 2).isMultiple(of: 6), sizes.count <= 1
    {
      return ResNet(
        depth: depth, width: sizes.first ?? 16, classes: classes, channels: shape.channels)
    }
    throw unknown(name)
  }
}
