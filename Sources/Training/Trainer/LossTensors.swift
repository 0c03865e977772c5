package import Distillation
package import Tensors

/// The tensors of a loss in a training: the parameters that are learned with the student, and the
/// memory that is kept from step to step.
///
/// Parameters use the student's method, schedule and weight decay, each with a rate of its own. The
/// scalars of `uncertainty` have no weight decay, and stay within their range.
package struct LossTensors: Sendable {
  private var learned: [Learned]
  private var memory: [String: Tensor]
  /// The declaration of each tensor that is kept.
  private let kept: [String: StateTensor]

  /// The tensors of a loss before the first step.
  ///
  /// - Parameters:
  ///   - loss: The loss.
  ///   - owned: The tensors that its nodes own; without them, only its scalars are learned.
  ///   - settings: The method that trains the student.
  package init(
    of loss: LossGraph, owning owned: [LossGraph.OwnedTensor] = [], _ settings: OptimizerSettings
  ) {
    let scalars = loss.learnedWeights.map { name, value in
      var scalars = Learned(Weights.Named(name, value), settings.with(\.weightDecay, 0))
      scalars.range = LossGraph.learnedRange
      return scalars
    }
    let parameters = owned.filter { $0.declared.purpose == .parameter }.map { tensor in
      var parameter = Learned(Weights.Named(tensor.name, tensor.first), settings)
      parameter.rate = tensor.declared.rate
      return parameter
    }
    learned = (scalars + parameters).sorted { $0.parameter.name < $1.parameter.name }
    let kept = owned.filter { $0.declared.purpose == .memory }
    memory = Dictionary(uniqueKeysWithValues: kept.map { ($0.name, $0.first) })
    self.kept = Dictionary(uniqueKeysWithValues: kept.map { ($0.name, $0.declared) })
  }

  /// The parameters, sorted by name.
  package var parameters: [Weights.Named] { learned.map { $0.parameter } }

  /// How many scalars are learned, how many the optimizers hold for them, and how many are kept from step
  /// to step at the end of a training.
  ///
  /// A memory that grows has then a row for each image, or one for each image of all epochs together, up to
  /// its length.
  package func counts(
    images: Int, epochs: Int
  ) -> (learned: Int, optimizers: Int, remembered: Int) {
    (
      learned: learned.reduce(0) { $0 + $1.weights.parameterCount },
      optimizers: learned.flatMap { $0.optimizer.tensors(for: $0.weights).values }
        .reduce(0) { $0 + $1.count },
      remembered: kept.values.reduce(0) {
        $0 + $1.shape(images: images, epochs: epochs).reduce(1, *)
      }
    )
  }

  /// These tensors with unit random rows in each memory that grows, as many as it has after a training.
  func full(images: Int, epochs: Int) -> LossTensors {
    var full = self
    for (name, declared) in kept where declared.grows {
      let shape = declared.shape(images: images, epochs: epochs)
      var random = Random(seed: 0, "full", name)
      // A thousand rows are as good as a million, and drawn in less time.
      let some = random.normal(shape: [min(shape[0], 1024)] + shape.dropFirst()).normalized()
      full.memory[name] = some.rows((0..<shape[0]).map { $0 % 1024 })
    }
    return full
  }

  /// The state that an evaluation of the loss takes.
  package var state: LossState { LossState(learning: parameters, memory) }

  /// The state with these variables in place of the parameters.
  func state(learning variables: [Weights.Named]) -> LossState {
    LossState(learning: variables, memory)
  }

  /// Moves each parameter along its gradient, and takes over the memory after the step.
  mutating func step(_ gradients: [Tensor], rate: Double, memory: [String: Tensor]) {
    for (index, gradient) in gradients.enumerated() { learned[index].step(gradient, rate: rate) }
    self.memory = memory
  }
}

extension StateTensor {
  /// Its shape after a training of so many epochs on so many images.
  fileprivate func shape(images: Int, epochs: Int) -> [Int] {
    switch initial {
    case .empty: [min(shape[0], images * epochs)] + shape.dropFirst()
    case .emptyPerExample: [images] + shape.dropFirst()
    default: shape
    }
  }
}

/// A parameter with the memory of its optimizer.
private struct Learned: Sendable {
  /// The parameter alone.
  var weights: Weights
  var optimizer: WeightsOptimizer
  /// The factor of its rate.
  var rate = 1.0
  /// The range that it stays within; `nil` if it has none.
  var range: ClosedRange<Float>?

  init(_ parameter: Weights.Named, _ settings: OptimizerSettings) {
    weights = Weights(parameters: [parameter])
    optimizer = WeightsOptimizer(settings, for: weights)
  }

  var parameter: Weights.Named { weights.parameters[0] }

  mutating func step(_ gradient: Tensor, rate: Double) {
    optimizer.step(&weights, [gradient], rate: rate * self.rate)
    guard let range else { return }
    let values = parameter.tensor
    weights.parameters[0].tensor = Tensor(
      values.scalars.map { min(max($0, range.lowerBound), range.upperBound) }, shape: values.shape)
  }
}

extension LossState {
  fileprivate init(learning parameters: [Weights.Named], _ memory: [String: Tensor]) {
    let named = parameters.map { ($0.name, $0.tensor) }
    self.init(parameters: Dictionary(uniqueKeysWithValues: named), memory: memory)
  }
}

// MARK: - Checkpoints

extension LossTensors {
  private static let (values, memory) = ("learned.values.", "memory.")

  /// The tensors and the optimizers' memory, by name: `learned.values.fitnet.weight`,
  /// `learned.first.fitnet.weight`, `memory.rrd.queue`.
  package var tensors: [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for learned in learned {
      tensors[Self.values + learned.parameter.name] = learned.parameter.tensor
      for (name, tensor) in learned.optimizer.tensors(for: learned.weights) {
        tensors["learned." + name] = tensor
      }
    }
    for (name, tensor) in memory { tensors[Self.memory + name] = tensor }
    return tensors
  }

  /// These tensors with the numbers of a checkpoint, which also holds tensors of the network.
  ///
  /// - Throws: ``TrainingError/foreignLoss(_:)`` if a name is missing, a shape differs, or there is a
  ///   tensor that the loss does not have.
  func replaced(with tensors: [String: Tensor], steps: Int) throws -> LossTensors {
    func find(_ name: String, _ prefix: String, like declared: StateTensor) throws -> Tensor {
      let purpose = declared.purpose == .memory ? "memory" : "parameter"
      guard let tensor = tensors[prefix + name] else {
        throw TrainingError.foreignLoss("it has no \(purpose) '\(name)'")
      }
      guard declared.admits(tensor.shape) else {
        throw TrainingError.foreignLoss(
          "its \(purpose) '\(name)' has shape \(tensor.shape), and not \(declared.shapeInWords)")
      }
      return tensor
    }
    var replacement = self
    for (index, learned) in learned.enumerated() {
      let parameter = learned.parameter
      replacement.learned[index].weights.parameters[0].tensor = try find(
        parameter.name, Self.values,
        like: StateTensor(parameter.name, .parameter, shape: parameter.tensor.shape))
      do {
        replacement.learned[index].optimizer = try learned.optimizer.replaced(
          with: tensors.named("learned."), steps: steps, for: learned.weights)
      } catch TrainingError.foreignWeights(let problem) {
        throw TrainingError.foreignLoss(problem)
      }
    }
    replacement.memory = try Dictionary(
      uniqueKeysWithValues: kept.map { ($0.key, try find($0.key, Self.memory, like: $0.value)) })
    let own = replacement.tensors
    for (prefix, purpose) in [(Self.values, "parameter"), (Self.memory, "memory")] {
      for name in tensors.named(prefix).keys.sorted() where own[prefix + name] == nil {
        throw TrainingError.foreignLoss("its \(purpose) '\(name)' is not one of this loss's")
      }
    }
    return replacement
  }
}

extension [String: Tensor] {
  /// The tensors whose names begin with a prefix, by the rest of their names.
  func named(_ prefix: String) -> [String: Tensor] {
    let found = filter { $0.key.hasPrefix(prefix) }
      .map { (String($0.key.dropFirst(prefix.count)), $0.value) }
    return Dictionary(uniqueKeysWithValues: found)
  }
}
