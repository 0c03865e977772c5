import TensorFiles
import Tensors

/// A trained network in a safetensors file.
public enum Checkpoint {
  /// Writes the weights, and what network they are of, to a file that may exist already.
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

  /// A network of this architecture with the weights of a file.
  ///
  /// Throws ``TrainingError/teacher(path:problem:)`` where the file is of another network or of
  /// other classes, and what is wrong with the file.
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
