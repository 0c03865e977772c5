import Foundation
import TensorFiles
import Tensors

/// Reading and writing of a trained network as a safetensors file.
public enum Checkpoint {
  /// Writes the weights of a network, with its name and number of classes.
  ///
  /// - Parameters:
  ///   - model: The network and its weights.
  ///   - path: A path in a folder that exists.
  ///   - classes: The number of classes.
  ///   - overwriting: Whether an existing file may be replaced.
  /// - Throws: `FileError` if the file cannot be written, and `TensorFileError` if the path's
  ///   extension is of no format that holds it.
  public static func save(
    _ model: Model, to path: String, classes: Int, overwriting: Bool = false
  ) throws {
    try write(model, to: path, classes: classes, overwriting: overwriting)
  }

  /// Writes the weights of a trained network, with its name, what it reads and its classes.
  ///
  /// - Parameters:
  ///   - trained: The network, what it reads and its classes.
  ///   - path: A path in a folder that exists.
  ///   - overwriting: Whether an existing file may be replaced.
  /// - Throws: `FileError` if the file cannot be written, and `TensorFileError` if the path's
  ///   extension is of no format that holds it.
  public static func save(
    _ trained: TrainedModel, to path: String, overwriting: Bool = false
  ) throws {
    var metadata = trained.input.metadata
    metadata["class_names"] = String(
      decoding: try JSONEncoder().encode(trained.classes), as: UTF8.self)
    try write(
      trained.model, to: path, classes: trained.classes.count, metadata, overwriting: overwriting)
  }

  private static func write(
    _ model: Model, to path: String, classes: Int, _ metadata: [String: String] = [:],
    overwriting: Bool
  ) throws {
    let head = [
      "format": "kindred-checkpoint/1", "network": model.network.name, "classes": "\(classes)",
    ]
    try TensorFile.write(
      model.weights.tensors, to: path, metadata: head.merging(metadata) { $1 },
      overwriting: overwriting)
  }

  /// Reads a trained network, which the file names among those that there are.
  ///
  /// - Throws: ``TrainingError/checkpoint(path:problem:)`` if the file does not say what the network
  ///   reads, or holds other weights than the network's or a number that is not finite; `FileError`
  ///   or `TensorFileError` if it cannot be read.
  public static func read(
    _ path: String, of networks: Networks = .standard
  ) throws -> TrainedModel {
    let metadata = try TensorFile.metadata(of: path)
    func wrong(_ problem: String) -> TrainingError {
      .checkpoint(path: path, problem: problem)
    }
    guard let name = metadata["network"], let input = ModelInput(metadata),
      let classes = try? JSONDecoder().decode(
        [String].self, from: Data((metadata["class_names"] ?? "").utf8)), !classes.isEmpty
    else {
      throw wrong(
        """
        it does not say what its network reads and tells apart, as checkpoints of a run with this \
        version do
        """)
    }
    do {
      let network = try networks.named(name, classes: classes.count, shape: input.shape)
      // Its weights are not made if the file cannot hold them.
      if networks.takesFeatures(network), try TensorFile(path).count < input.shape.count {
        throw wrong("it has fewer numbers than \(name) has weights for \(input)")
      }
      return TrainedModel(try model(path, of: network, wrong), input: input, classes: classes)
    } catch let error as TrainingError {
      if case .checkpoint = error { throw error }
      throw wrong("\(error)")
    }
  }

  /// Reads a network of this architecture with the weights in a file.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - network: The network.
  ///   - classes: The number of classes.
  ///   - input: What the network is to read, if that must be what it was trained on.
  /// - Returns: The network with its weights.
  /// - Throws: ``TrainingError/teacher(path:problem:)`` if the file is of another network or has
  ///   other classes or a number that is not finite; `FileError` or `TensorFileError` if it
  ///   cannot be read.
  public static func load(
    _ path: String, into network: any Network, classes: Int, reading input: ModelInput? = nil
  ) throws -> Model {
    let metadata = try TensorFile.metadata(of: path)
    if let known = metadata["network"], known != network.name {
      throw TrainingError.teacher(
        path: path, problem: "it is a \(known), and the recipe asks for \(network.name)")
    }
    if let known = metadata["classes"], known != "\(classes)" {
      throw TrainingError.teacher(
        path: path, problem: "it tells \(known) classes apart, and the data has \(classes)")
    }
    if let input, let known = ModelInput(metadata), "\(known)" != "\(input)" {
      throw TrainingError.teacher(
        path: path,
        problem: "it was trained on \(known), and here it would read \(input)"
          + (known.isOfFeatures || known.shape.height != known.shape.width
            ? "" : ": size: \(known.shape.height) brings images to its own"))
    }
    return try model(path, of: network) { .teacher(path: path, problem: $0) }
  }

  /// The names of the classes that a checkpoint's network tells apart; `nil` if it does not say it.
  package static func classes(of path: String) -> [String]? {
    guard let metadata = try? TensorFile.metadata(of: path) else { return nil }
    let names = Data((metadata["class_names"] ?? "").utf8)
    if let classes = try? JSONDecoder().decode([String].self, from: names), !classes.isEmpty {
      return classes
    }
    return metadata["classes"].flatMap { Int($0) }
      .flatMap { (1...1 << 16).contains($0) ? (0..<$0).map { "\($0)" } : nil }
  }

  /// The network with the weights in a file.
  private static func model(
    _ path: String, of network: any Network, _ wrong: (String) -> TrainingError
  ) throws -> Model {
    do {
      let tensors = try TensorFile.read(path)
      for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
        guard let (index, value) = tensor.firstNonFinite else { continue }
        throw wrong("its '\(name)' is \(value.text) at \(index)")
      }
      return try Model.blank(network).replaced(with: tensors)
    } catch TrainingError.foreignWeights(let problem) {
      throw wrong("it is another network's: \(problem)")
    }
  }
}

extension TensorFile {
  /// How many numbers its arrays have; those that are no numbers are left out.
  fileprivate var count: Int {
    names.reduce(0) { sum, name in
      let shape = (try? header(name).shape) ?? [0]
      return sum.addingReportingOverflow(shape.reduce(1, &*)).partialValue
    }
  }
}
