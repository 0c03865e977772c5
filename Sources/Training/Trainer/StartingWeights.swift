import Distillation
import TensorFiles
package import Tensors

/// The weights in a file from which a network starts, which is fine-tuning.
///
/// The file has the names of a checkpoint, or PyTorch's as ``TorchNames`` has them.
package struct StartingWeights: Sendable {
  /// The path of the file.
  package let path: String

  /// The weights that are taken from the file, by the network's names.
  package let tensors: [String: Tensor]

  /// Those names in `except` that are of weights of the network, which start fresh.
  package let fresh: [String]

  /// Reads the weights of a network, all but those that start fresh.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - network: The network that starts from them.
  ///   - except: Names of weights that start fresh or, if the network has none of the name, are left out of the
  ///     file; or the names of layers that hold them: `logits`, `stage3.block2`.
  /// - Throws: ``TrainingError/checkpoint(path:problem:)`` if a weight is missing, has another shape, is not finite,
  ///   or is of no layer of the network; `SettingError` without a path if a name in `except` is of no weight;
  ///   `FileError` or `TensorFileError` if the file cannot be read.
  package init(_ path: String, for network: any Network, except: [String] = []) throws {
    let (file, own) = (try WeightsFile(path, for: network), Model.blank(network).weights.tensors)
    try Self.check(except, among: Array(own.keys) + file.names)
    func isTaken(_ name: String) -> Bool { !except.contains { name.isPart(of: $0) } }
    func wrong(_ problem: String) -> TrainingError {
      let other = file.network.flatMap { $0 == network.name ? nil : $0 }
      let start = other.map { "it is a \($0.visible), and the recipe asks for \(network.name): " }
      return .checkpoint(path: path, problem: (start ?? "") + problem)
    }
    let foreign = file.names.filter { own[$0] == nil && isTaken($0) }
    var taken: [String: Tensor] = [:]
    for (name, blank) in own.sorted(by: { $0.key < $1.key }) where isTaken(name) {
      guard let tensor = try file.tensor(name) else {
        let near = nearest(to: name, in: foreign).map { ", but '\($0.visible)'" } ?? ""
        throw wrong("it has no '\(name)'\(near); \(Self.exception(for: name)) it starts fresh")
      }
      guard tensor.shape == blank.shape else {
        throw wrong(
          """
          its '\(name)' has shape \(tensor.shape), and not \(blank.shape); \(Self.exception(for: name)) it \
          starts fresh
          """)
      }
      if let (index, value) = tensor.firstNonFinite {
        throw wrong("its '\(name)' is \(value.text) at \(index)")
      }
      taken[name] = tensor
    }
    if let name = foreign.first {
      throw wrong(
        """
        it has '\(name.visible)', and \(network.name) does not; \(Self.exception(for: name)) it is left out
        """)
    }
    guard !taken.isEmpty else {
      throw SettingError(path: [], problem: "nothing is left that would be taken from the file")
    }
    (self.path, tensors) = (path, taken)
    fresh = except.filter { name in own.keys.contains { $0.isPart(of: name) } }
  }

  /// The checksum of the weights that are taken.
  package var checksum: String { Checksum(of: tensors).text }

  /// Fresh weights, with those of the file in their place.
  package func replacing(_ fresh: Weights) -> Weights {
    Weights(
      parameters: fresh.parameters.map { .init($0.name, tensors[$0.name] ?? $0.tensor) },
      statistics: fresh.statistics.reduce(into: [:]) { $0[$1.key] = tensors[$1.key] ?? $1.value })
  }

  /// `with except: ["logits"]`, for the layer that has a weight.
  private static func exception(for name: String) -> String {
    let layer = name.split(separator: ".").dropLast().joined(separator: ".")
    return "with except: [\"\((layer.isEmpty ? name : layer).visible)\"]"
  }

  /// Throws if a name is of no weight, and of no layer that has one.
  private static func check(_ except: [String], among weights: [String]) throws {
    for name in except where !weights.contains(where: { $0.isPart(of: name) }) {
      let places = weights.flatMap { weight in
        let parts = weight.split(separator: ".")
        return parts.indices.map { parts[...$0].joined(separator: ".") }
      }
      let layers = Set(places.filter { !$0.contains(".") }).sorted()
      throw SettingError(
        path: [],
        problem: """
          no weight is '\(name.visible)' or a part of it\(suggestion(for: name, in: places).visible); \
          \(choices(layers)), or a part of one
          """)
    }
  }
}

extension String {
  /// Whether this is the name of a weight `place`, or of one in the layer `place`.
  fileprivate func isPart(of place: String) -> Bool { self == place || hasPrefix(place + ".") }
}

/// A file of weights, by the names of a network.
private struct WeightsFile {
  /// The network that the file says it is of; `nil` if it says nothing.
  let network: String?

  private let file: TensorFile
  /// The names in the file, by those of the network. What is of no weight of the network keeps its name.
  private let known: [String: String]

  init(_ path: String, for network: any Network) throws {
    file = try TensorFile(path)
    self.network = file.metadata["network"]
    let names = TorchNames(Model.blank(network).weights)
    var known: [String: String] = [:]
    for name in file.names where !Self.isIgnored(name) {
      let own = names.restored(name)
      if let other = known.updateValue(name, forKey: own) {
        throw TrainingError.checkpoint(
          path: path,
          problem: "it has '\(other.visible)' and '\(name.visible)', which are the same weight")
      }
    }
    self.known = known
  }

  /// All names, in the order of the alphabet.
  var names: [String] { known.keys.sorted() }

  /// The tensor of a name; `nil` if there is none.
  func tensor(_ name: String) throws -> Tensor? { try known[name].map { try file.tensor($0) } }

  /// Whether a name is of something that stands beside weights: the batches that PyTorch counts, and the
  /// normalisation of images in a student's export.
  private static func isIgnored(_ name: String) -> Bool {
    StudentExport.normalizationNames.contains(name)
      || name.split(separator: ".").last == "num_batches_tracked"
  }
}
