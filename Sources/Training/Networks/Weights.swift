public import Tensors

/// The numbers of a network: the parameters that training changes, and the statistics that batch
/// normalisation keeps.
public struct Weights: Sendable {
  /// The parameters that gradients are taken for, each with its name, in the network's order.
  public var parameters: [Named]

  /// The running means and variances, by name.
  public var statistics: [String: Tensor]

  /// A tensor and its name, such as `stage2.block1.first.weight`.
  public struct Named: Sendable {
    /// The name, unique in the network.
    public let name: String
    /// The tensor.
    public var tensor: Tensor

    /// Gives a tensor a name.
    public init(_ name: String, _ tensor: Tensor) { (self.name, self.tensor) = (name, tensor) }
  }

  /// Weights from their parameters and statistics.
  public init(parameters: [Named] = [], statistics: [String: Tensor] = [:]) {
    (self.parameters, self.statistics) = (parameters, statistics)
  }

  /// The number of scalars that training changes.
  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.tensor.count } }

  /// All parameters and statistics by name, as a checkpoint stores them.
  package var tensors: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.tensor) })
      .merging(statistics) { parameter, _ in parameter }
  }

  /// Weights with these names and shapes and with the numbers of a checkpoint.
  ///
  /// - Throws: ``TrainingError/foreignWeights(_:)`` if a name is missing or a shape differs.
  package func replaced(with tensors: [String: Tensor]) throws -> Weights {
    func find(_ name: String, _ shape: [Int]) throws -> Tensor {
      guard let tensor = tensors[name] else {
        throw TrainingError.foreignWeights("it has no '\(name)'")
      }
      guard tensor.shape == shape else {
        throw TrainingError.foreignWeights(
          "its '\(name)' has shape \(tensor.shape), and not \(shape)")
      }
      return tensor
    }
    return Weights(
      parameters: try parameters.map { Named($0.name, try find($0.name, $0.tensor.shape)) },
      statistics: try Dictionary(
        uniqueKeysWithValues: statistics.map { ($0.key, try find($0.key, $0.value.shape)) }))
  }
}
