import Tensors

/// The kinds of networks that recipes can name: Kindred's own, and those that a program adds.
///
///     KindredCLI.main(networks: .standard.adding([Perceptron.self]))
public struct Networks: Sendable {
  private let types: [any NamedNetwork.Type]

  /// Makes a registry of these kinds.
  ///
  /// - Precondition: No two begin with the same word, and the name of each example is written as its
  ///   pattern says.
  public init(_ kinds: [any NamedNetwork.Type]) {
    types = kinds
    var known: [String: any NamedNetwork.Type] = [:]
    for kind in kinds {
      let word = NetworkPattern(kind.pattern).word
      if let previous = known.updateValue(kind, forKey: word) {
        fatalError(
          """
          [networks] '\(word)' begins the names of both \(String(reflecting: previous)) and \
          \(String(reflecting: kind)): one of them needs another name
          """)
      }
      Self.check(kind.example, of: kind)
    }
  }

  /// Kindred's own networks.
  public static let standard = Networks([
    ResNet.self, WideResNet.self, MobileNetV2.self, ViT.self, MLP.self,
  ])

  /// These networks and more kinds.
  ///
  /// - Precondition: As that of ``init(_:)``.
  public func adding(_ kinds: [any NamedNetwork.Type]) -> Networks { Networks(types + kinds) }

  /// How the names of each kind are written, and an example.
  package var kinds: [(pattern: String, example: any Network)] {
    types.map { ($0.pattern, $0.example) }
  }

  /// Whether a network is of a kind that takes features.
  package func takesFeatures(_ network: any Network) -> Bool {
    (type(of: network) as? any NamedNetwork.Type)?.takesFeatures ?? false
  }

  /// How the names of networks that take features are written.
  package var patternsForFeatures: [String] {
    types.filter { $0.takesFeatures }.map { $0.pattern }
  }

  /// The network that a name describes, for images of this shape.
  ///
  /// - Parameters:
  ///   - name: The kind of the network and its sizes, for example `resnet8:16` or `mlp:64`.
  ///   - classes: The number of classes, which is the number of logits.
  ///   - shape: The shape of an image.
  /// - Returns: The network, whose weights are yet to be drawn.
  /// - Throws: ``TrainingError/unknownNetwork(_:available:)``, or
  ///   ``TrainingError/unfitNetwork(_:problem:)`` if its sizes do not fit one another or the images.
  public func named(
    _ name: String, classes: Int, shape: ImageShape
  ) throws -> any Network {
    for kind in types {
      guard let sizes = NetworkPattern(kind.pattern).sizes(in: name, last: kind.lastSize) else {
        continue
      }
      if let size = sizes.first(where: { !(1...4096).contains($0) }) {
        throw TrainingError.unfitNetwork(name, problem: "its size \(size) is not from 1 to 4096")
      }
      do {
        let network = try kind.init(sizes: sizes, classes: classes, images: shape)
        Self.check(network, of: kind, sizes)
        return network
      } catch let error as UnfitSizes {
        throw TrainingError.unfitNetwork(name, problem: error.problem)
      }
    }
    throw TrainingError.unknownNetwork(name, available: types.map { $0.pattern })
  }

  /// Traps if a network is not what recipes and runs rely on.
  private static func check(
    _ network: any Network, of kind: any NamedNetwork.Type, _ sizes: [Int]? = nil
  ) {
    let (name, outputs) = (network.name, network.outputNames)
    require(
      NetworkPattern(kind.pattern).sizes(in: name).map { sizes == nil || $0 == sizes } ?? false,
      "[networks] \(String(reflecting: kind)) has the name '\(name)', which is not "
        + (sizes.map { "its sizes \($0) " } ?? "") + "written \(kind.pattern)")
    require(
      Set(outputs).isSuperset(of: ["embedding", "logits"]) && Set(outputs).count == outputs.count,
      "[networks] the outputs of '\(name)' are \(outputs): 'embedding' and 'logits' must be among "
        + "them, and none twice")
  }
}
