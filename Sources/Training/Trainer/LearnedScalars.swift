package import Distillation
package import Tensors

/// The scalars of a loss that are learned with the student, by the same method and rate and
/// without weight decay.
package struct LearnedScalars: Sendable {
  private static let name = "logVariances"

  private var weights: Weights
  private var optimizer: Optimizer

  /// Their initial values; `nil` where the loss has none.
  package init?(of loss: LossGraph, _ settings: OptimizerSettings) {
    let count = loss.learnedScalars.count
    guard count > 0 else { return nil }
    weights = Weights(
      parameters: [Weights.Named(Self.name, Tensor(repeating: 0, shape: [count]))])
    optimizer = Optimizer(settings.with(\.weightDecay, 0), for: weights)
  }

  /// In the order of ``LossGraph/learnedScalars``.
  package var values: Tensor { weights.parameters[0].tensor }

  mutating func step(_ gradient: Tensor, rate: Double) {
    optimizer.step(&weights, [gradient], rate: rate)
    let range = LossGraph.learnedRange
    weights.parameters[0].tensor = Tensor(
      values.scalars.map { min(max($0, range.lowerBound), range.upperBound) }, shape: values.shape)
  }
}

extension LearnedScalars {
  private static let prefix = "learned."

  /// Values and the optimizer's memory, by names: `learned.values.logVariances`.
  var tensors: [String: Tensor] {
    var tensors = optimizer.tensors(for: weights)
    for (name, tensor) in weights.tensors { tensors["values.\(name)"] = tensor }
    return Dictionary(uniqueKeysWithValues: tensors.map { (Self.prefix + $0.key, $0.value) })
  }

  /// These with the numbers of a checkpoint, which may hold others beside them.
  ///
  /// Throws ``TrainingError/foreignWeights(_:)``.
  func replaced(with tensors: [String: Tensor], steps: Int) throws -> LearnedScalars {
    let own = tensors.filter { $0.key.hasPrefix(Self.prefix) }
      .map { (String($0.key.dropFirst(Self.prefix.count)), $0.value) }
    let known = Dictionary(uniqueKeysWithValues: own)
    guard let values = known["values.\(Self.name)"] else {
      throw TrainingError.foreignWeights("it has no learned weights of terms")
    }
    var replacement = self
    replacement.weights = try weights.replaced(with: [Self.name: values])
    replacement.optimizer = try optimizer.replaced(with: known, steps: steps, for: weights)
    return replacement
  }
}
