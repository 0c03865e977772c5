public import Tensors

/// A network's numbers: what training changes, and the statistics that batch normalisation keeps.
public struct Weights: Sendable {
  /// The parameters that gradients are taken for, each under its name, in the network's order.
  public var parameters: [Named]

  /// Running means and variances, by name.
  public var statistics: [String: Tensor]

  /// A tensor and its name, such as `stage2.block1.first.weight`.
  public struct Named: Sendable {
    public let name: String
    public var tensor: Tensor

    public init(_ name: String, _ tensor: Tensor) { (self.name, self.tensor) = (name, tensor) }
  }

  public init(parameters: [Named] = [], statistics: [String: Tensor] = [:]) {
    (self.parameters, self.statistics) = (parameters, statistics)
  }

  /// The number of scalars that training changes.
  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.tensor.count } }

  /// Everything by name, as a checkpoint holds it.
  package var tensors: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.tensor) })
      .merging(statistics) { parameter, _ in parameter }
  }

  /// These names and shapes with the numbers of a checkpoint.
  ///
  /// Throws ``TrainingError/foreignWeights(_:)`` where a name or a shape differs.
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
