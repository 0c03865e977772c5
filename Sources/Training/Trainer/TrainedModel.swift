/// A trained network with all that is needed to use it: what it reads, and the classes that it tells
/// apart.
public struct TrainedModel: Sendable {
  /// The network and its weights.
  public let model: Model
  /// What the network reads.
  public let input: ModelInput
  /// The names of the classes, in the order of the logits.
  public let classes: [String]

  /// A trained network, with what it reads and tells apart.
  public init(_ model: Model, input: ModelInput, classes: [String]) {
    (self.model, self.input, self.classes) = (model, input, classes)
  }
}
