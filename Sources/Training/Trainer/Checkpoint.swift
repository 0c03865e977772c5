import TensorFiles
import Tensors

/// Reading and writing of a trained network as a safetensors file.
public enum Checkpoint {
  /// Writes the weights of a network, with its name and number of classes.
  ///
  /// - Parameters:
  ///   - trained: The network and its weights.
  ///   - path: A path in a folder that exists.
  ///   - classes: The number of classes.
  ///   - overwriting: Whether an existing file may be replaced.
  /// - Throws: `FileError` if the file cannot be written, and `TensorFileError` if the path's
  ///   extension is of no format that holds it.
  public static func save(
    _ trained: Model, to path: String, classes: Int, overwriting: Bool = false
  ) throws {
    try TensorFile.write(
      trained.weights.tensors, to: path,
      metadata: [
        "format": "kindred-checkpoint/1", "network": trained.network.name,
        "classes": "\(classes)",
      ],
      overwriting: overwriting)
  }

  /// Reads a network of this architecture with the weights in a file.
  ///
  /// - Throws: ``TrainingError/teacher(path:problem:)`` if the file is of another network or has
  ///   other classes or a number that is not finite; `FileError` or `TensorFileError` if it
  ///   cannot be read.
  public static func load(
    _ path: String, into network: any Network, classes: Int
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
    do {
      let tensors = try TensorFile.read(path)
      for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
        guard let (index, value) = tensor.firstNonFinite else { continue }
        throw TrainingError.teacher(
          path: path, problem: "its '\(name)' is \(value.text) at \(index)")
      }
      return try Model.blank(network).replaced(with: tensors)
    } catch TrainingError.foreignWeights(let problem) {
      throw TrainingError.teacher(path: path, problem: "it is another network's: \(problem)")
    }
  }
}
