public import Distillation
import Tensors

/// Trains one network with one loss.
///
/// The tensors that the loss learns are trained beside the network, and those that it remembers are
/// kept from step to step. They are part of the ``State``, and not of the network.
public struct Trainer: Sendable {
  package let loss: LossGraph
  package let settings: TrainingSettings
  /// The teachers; a loss that says nothing else reads the first.
  package let teachers: [TeacherSource]
  /// The name of this training in errors.
  package let name: String
  /// The weight of the row that is being tried or was chosen, for use in errors.
  let weight: Double?
  package let seed: UInt64
  /// The sampler that makes up the batches; if it is `nil`, the settings name one.
  package let sampler: (any Sampler)?
  /// The outputs of each teacher, if they are known beforehand.
  package let teacherOutputs: [TeacherOutputs?]
  /// The last layer with which the network is tested, if it is a teacher's and not its own.
  let classifier: TeacherClassifier?

  /// A trainer for one loss.
  ///
  /// - Parameters:
  ///   - loss: The loss to minimise.
  ///   - settings: How the network is trained.
  ///   - teacher: The teacher; `nil` if the loss reads no output of one.
  ///   - others: The second teacher and those after it, if the loss reads several.
  ///   - name: The name of the training in errors.
  ///   - seed: The seed of batches, augmentation and views.
  ///   - sampler: Makes up the batches; if it is `nil`, the settings name the sampler.
  public init(
    loss: LossGraph, settings: TrainingSettings, teacher: Model?, others: [Model] = [],
    name: String, seed: UInt64, sampler: (any Sampler)? = nil
  ) {
    self.init(
      loss: loss, settings: settings,
      teachers: ([teacher].compactMap { $0 } + others).map { .network($0) }, name: name, seed: seed,
      sampler: sampler, teacherOutputs: [])
  }

  package init(
    loss: LossGraph, settings: TrainingSettings, teachers: [TeacherSource], name: String,
    weight: Double? = nil, seed: UInt64, sampler: (any Sampler)?,
    teacherOutputs: [TeacherOutputs?], classifier: TeacherClassifier? = nil
  ) {
    (self.teacherOutputs, self.classifier) = (teacherOutputs, classifier)
    (self.loss, self.settings, self.teachers, self.sampler) = (loss, settings, teachers, sampler)
    (self.name, self.weight, self.seed) = (name, weight, seed)
  }

  /// A report that is sent while training goes on.
  public enum Event: Sendable {
    /// A step of an epoch, both counted from 1, with the number of steps in the epoch, the number
    /// of examples in the batch, and the loss and its terms before the step.
    case step(epoch: Int, step: Int, of: Int, examples: Int, loss: Double, terms: [Epoch.Term])
    /// An epoch that is finished, with its results.
    case epoch(Epoch)
  }

  /// Trains `model` on `images`, and calls `report` after each step and epoch with the event and
  /// the state after it. A training that starts from such a state goes on as if it had never
  /// stopped, to the bit.
  ///
  /// The batches depend on the seed and not on the loss, so students of one seed see the same
  /// images.
  ///
  /// - Parameters:
  ///   - model: The network to train, before its first step.
  ///   - state: The state to go on from; if it is `nil`, the training begins.
  ///   - images: The images to train on.
  ///   - test: The images on which the accuracy is measured after each epoch.
  ///   - normalization: The normalisation of the pixels.
  ///   - report: Called after each step and each epoch.
  /// - Returns: The state after the last epoch.
  /// - Throws: ``TrainingError/diverged(what:value:row:weight:seed:epoch:step:)`` as soon as a
  ///   term, or after an epoch a weight, a logit or a parameter of the loss, is not finite;
  ///   `SettingError` if the sampler needs a teacher and there is none; the errors of the loss; and
  ///   the errors that `report` throws.
  public func train(
    _ model: Model, from state: State? = nil, on images: ImageDataSet,
    testingOn test: ImageDataSet, normalizedBy normalization: PixelNormalization,
    report: (Event, State) throws -> Void
  ) throws -> State {
    var state = try state ?? start(model, on: images, normalizedBy: normalization)
    let sampler =
      try self.sampler
      ?? settings.sampler.sampler(
        for: images, teacher: teachers.first?.model, normalizedBy: normalization)
    let view = readsVirtualView ? settings.view : nil
    while state.history.count < settings.length(images: images.count).epochs {
      let clock = Stopwatch(from: state.seconds)
      let batches = Batches(
        of: images, size: settings.batch, sampler: sampler, normalization: normalization,
        augmentation: settings.augmentation, view: view, seed: seed, epoch: state.history.count)
      let length = settings.length(stepsPerEpoch: batches.count)
      try learn(from: batches, length, &state, clock, report)
      try checkWeights(of: state)
      let (accuracy, nonFinite) = student(state.trainee).test(
        on: test, normalizedBy: normalization)
      if let nonFinite {
        throw diverged(
          "its output 'logits'", nonFinite, epoch: state.history.count + 1, step: state.step)
      }
      let epoch = Epoch(
        epoch: state.history.count + 1, rate: rate(of: max(state.step, 1) - 1, length, state),
        loss: state.sums.loss, terms: state.sums.terms(of: loss), accuracy: accuracy,
        seconds: clock.seconds)
      state.finish(epoch)
      try report(.epoch(epoch), state)
    }
    return state
  }

  /// Takes the remaining steps of an epoch.
  private func learn(
    from batches: Batches, _ length: TrainingLength, _ state: inout State, _ clock: Stopwatch,
    _ report: (Event, State) throws -> Void
  ) throws {
    let epoch = state.history.count
    let steps = length.steps(ofEpoch: epoch)
    for batch in batches.prefix(steps).suffix(from: state.step) {
      let index = epoch * length.stepsPerEpoch + state.step
      let moment = Moment(
        seed: seed, index: index, progress: Double(index) / Double(length.steps))
      let learned = state.trainee.lossState
      let (value, student, teacher) = try step(
        &state.trainee, on: batch, rate: rate(of: state.step, length, state), at: moment)
      try check(value, epoch: epoch + 1, step: state.step + 1)
      state.sums.add(value, examples: batch.labels.count)
      state.step += 1
      if state.step == steps {
        state.sums.balance = try loss.balance(
          student: student, teacher: teacher, at: moment, state: learned)
      }
      state.seconds = clock.seconds
      try report(
        .step(
          epoch: epoch + 1, step: state.step, of: steps, examples: batch.labels.count,
          loss: Double(value.total.scalar), terms: value.terms.map { Epoch.Term($0) }), state)
    }
  }

  /// The learning rate of a step of the present epoch; the step is counted from 0.
  private func rate(of step: Int, _ length: TrainingLength, _ state: State) -> Double {
    settings.optimizer.rate
      * settings.schedule.share(
        step: state.history.count * length.stepsPerEpoch + step,
        stepsPerEpoch: length.stepsPerEpoch, steps: length.steps)
  }

  /// Whether the loss reads an output of the images' second view.
  private var readsVirtualView: Bool {
    [Role.student, .teacher].contains { !BatchOutputs(loss.outputs(of: $0)).virtual.isEmpty }
  }

  /// Takes one step of gradient descent, and returns the loss before it with the outputs that were
  /// compared.
  package func step(
    _ trainee: inout Trainee, on batch: Batch, rate: Double, at moment: Moment = Moment()
  ) throws -> (loss: Loss, student: Outputs, teacher: Outputs) {
    let target = try target(on: batch)
    var weights = trainee.model.weights
    for i in weights.parameters.indices {
      weights.parameters[i].tensor = weights.parameters[i].tensor.variable
    }
    let learned = trainee.loss.parameters.map { Weights.Named($0.name, $0.tensor.variable) }
    let variables = (weights.parameters + learned).map { $0.tensor }
    let (outputs, statistics) = trainee.model.network.outputs(
      on: batch, weights, .training, giving: loss.outputs(of: .student))
    let value = try loss(
      student: outputs, teacher: target ?? [:], at: moment,
      state: trainee.loss.state(learning: learned))
    let gradients = gradients(of: [(value.total, 1)], withRespectTo: variables)
    trainee.optimizer.step(
      &trainee.model.weights, Array(gradients.prefix(weights.parameters.count)), rate: rate)
    trainee.loss.step(
      Array(gradients.dropFirst(weights.parameters.count)), rate: rate, memory: value.memory)
    trainee.model.weights.statistics = statistics
    return (value, outputs.detached, target ?? [:])
  }

  /// The teachers' outputs on a batch, which are looked up if they are known; `nil` if the loss reads
  /// none.
  ///
  /// - Throws: `FileError` if a teacher's file can no longer be read.
  func target(on batch: Batch) throws -> Outputs? {
    try target(on: batch, knowing: teacherOutputs)
  }

  /// The teachers' outputs on a batch of any images, which teachers in files do not have; `nil` if the loss
  /// reads none.
  func computedTarget(on batch: Batch) throws -> Outputs? { try target(on: batch, knowing: []) }

  private func target(
    on batch: Batch, knowing known: [TeacherOutputs?]
  ) throws -> Outputs? {
    let names = loss.outputs(of: .teacher)
    guard !names.isEmpty, !teachers.isEmpty else { return nil }
    let outputs = try teachers.enumerated().map { index, teacher in
      let asked = names.asked(ofTeacher: index)
      guard known.indices.contains(index), let known = known[index] else {
        return try teacher.outputs(on: batch, giving: asked)
      }
      return known(on: batch, giving: asked)
    }
    return teachers.count == 1 && names.numberOfTeachers == 1
      ? outputs[0] : Outputs(of: outputs, giving: names)
  }

  /// Checks the weights and the loss's parameters, because the last update is followed by no loss
  /// that would show a problem.
  private func checkWeights(of state: State) throws {
    let weights = state.model.weights.tensors.sorted { $0.key < $1.key }
      .map { ("weight", $0.key, $0.value) }
    let parameters = state.trainee.loss.parameters.map { ("parameter", $0.name, $0.tensor) }
    for (kind, name, tensor) in weights + parameters {
      guard let (_, value) = tensor.firstNonFinite else { continue }
      throw diverged(
        "its \(kind) '\(name)'", value, epoch: state.history.count + 1, step: state.step)
    }
  }

  private func check(_ value: Loss, epoch: Int, step: Int) throws {
    let terms = value.terms.compactMap { term in
      term.value.map { ("its term '\(term.name)'", $0.scalar) }
    }
    for (what, number) in terms + [("the loss", value.total.scalar)] where !number.isFinite {
      throw diverged(what, number, epoch: epoch, step: step)
    }
  }

  private func diverged(
    _ what: String, _ value: Tensor.Scalar, epoch: Int, step: Int
  ) -> TrainingError {
    .diverged(
      what: what, value: value.text, row: name, weight: weight, seed: seed, epoch: epoch,
      step: step)
  }
}

extension Epoch.Term {
  /// A term at one step.
  fileprivate init(_ term: Loss.Term) {
    self.init(
      name: term.name, weight: term.weight, value: term.value.map { Double($0.scalar) })
  }
}
