public import Distillation
public import Tensors

/// A network's architecture: a pure function of images and weights.
///
/// A recipe names a ``NamedNetwork``, which ``Networks`` know.
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
  ///   - names: The outputs wanted, each one of ``outputNames``.
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
