public import Distillation
import Foundation
import Tensors

/// Trains one network by one loss.
public struct Trainer: Sendable {
  public let loss: LossGraph
  public let settings: TrainingSettings
  public let teacher: TrainedNetwork?
  /// What errors call this training.
  public let name: String
  public let seed: UInt64
  /// What makes up the batches; where there is none, what the settings name.
  public let sampler: (any Sampler)?

  public init(
    loss: LossGraph, settings: TrainingSettings, teacher: TrainedNetwork?, name: String,
    seed: UInt64, sampler: (any Sampler)? = nil
  ) {
    (self.loss, self.settings, self.teacher, self.sampler) = (loss, settings, teacher, sampler)
    (self.name, self.seed) = (name, seed)
  }

  /// What is told while training goes on.
  public enum Event: Sendable {
    case step(epoch: Int, step: Int, of: Int, examples: Int, loss: Double)
    case epoch(Results.Epoch)
  }

  /// Trains `student` on `images`, and tells `report` of each step and epoch.
  ///
  /// The batches depend on the seed and not on the loss, so that students of one seed see the
  /// same images. Throws ``TrainingError/diverged(what:value:row:seed:epoch:step:)`` as soon as
  /// a term is not finite, and whatever `report` throws.
  public func train(
    _ student: TrainedNetwork, on images: ImageDataSet, testingOn test: ImageDataSet,
    normalizedBy normalization: PixelNormalization, report: (Event) throws -> Void
  ) throws -> TrainedNetwork {
    var student = student
    var optimizer = Optimizer(settings.optimizer, for: student.weights)
    let sampler =
      try self.sampler
      ?? settings.sampler.sampler(for: images, teacher: teacher, normalizedBy: normalization)
    let view = readsVirtualView ? settings.view : nil
    for epoch in 0..<settings.epochs {
      let start = Date()
      var sums = LossSums(loss)
      var rate = 0.0
      let batches = Batches(
        of: images, size: settings.batch, sampler: sampler, normalization: normalization,
        augmentation: settings.augmentation, view: view, seed: seed, epoch: epoch)
      for (step, batch) in batches.enumerated() {
        let moment = Step(seed: seed, index: epoch * batches.count + step)
        rate =
          settings.optimizer.rate
          * settings.schedule.share(
            step: moment.index, stepsPerEpoch: batches.count, epochs: settings.epochs)
        let value = try self.step(&student, &optimizer, batch, rate: rate, at: moment)
        try check(value, epoch: epoch + 1, step: step + 1)
        sums.add(value, examples: batch.labels.count)
        try report(
          .step(
            epoch: epoch + 1, step: step + 1, of: batches.count, examples: batch.labels.count,
            loss: Double(value.total.scalar)))
      }
      // The last step's update has had no loss after it that would show.
      for (name, tensor) in student.weights.tensors.sorted(by: { $0.key < $1.key }) {
        guard let (_, value) = tensor.firstNonFinite else { continue }
        throw diverged("its weight '\(name)'", value, epoch: epoch + 1, step: batches.count)
      }
      let accuracy = student.accuracy(on: test, normalizedBy: normalization)
      try report(
        .epoch(
          Results.Epoch(
            epoch: epoch + 1, rate: rate, loss: sums.loss, terms: sums.terms, accuracy: accuracy,
            seconds: Date().timeIntervalSince(start))))
    }
    return student
  }

  /// Whether the loss reads an output of the images' second view.
  private var readsVirtualView: Bool {
    [Role.student, .teacher].contains { !ViewOutputs(loss.outputs(of: $0)).virtual.isEmpty }
  }

  /// One step of gradient descent; returns the loss before it.
  func step(
    _ student: inout TrainedNetwork, _ optimizer: inout Optimizer, _ batch: Batch, rate: Double,
    at moment: Step = Step()
  ) throws -> Loss {
    let names = loss.outputs(of: .teacher)
    let target =
      names.isEmpty
      ? nil
      : teacher.map { $0.network.outputs(on: batch, $0.weights, .inference, giving: names).outputs }

    var weights = student.weights
    for i in weights.parameters.indices {
      weights.parameters[i].tensor = weights.parameters[i].tensor.variable
    }
    let variables = weights.parameters.map { $0.tensor }
    let (outputs, statistics) = student.network.outputs(
      on: batch, weights, .training, giving: loss.outputs(of: .student))
    let value = try loss(student: outputs, teacher: target ?? [:], step: moment)
    let gradients = gradients(of: [(value.total, 1)], withRespectTo: variables)
    optimizer.step(&student.weights, gradients, rate: rate)
    student.weights.statistics = statistics
    return value
  }

  private func check(_ value: Loss, epoch: Int, step: Int) throws {
    let terms = value.terms.map { ("its term '\($0.name)'", $0.value.scalar) }
    for (what, number) in terms + [("the loss", value.total.scalar)] where !number.isFinite {
      throw diverged(what, number, epoch: epoch, step: step)
    }
  }

  private func diverged(
    _ what: String, _ value: Tensor.Scalar, epoch: Int, step: Int
  ) -> TrainingError {
    .diverged(what: what, value: value.text, row: name, seed: seed, epoch: epoch, step: step)
  }
}

/// The mean of a loss and its terms over the examples of an epoch.
private struct LossSums {
  private var total = 0.0
  private var values: [Double]
  private var examples = 0
  private let summands: [LossGraph.Summand]

  init(_ loss: LossGraph) {
    summands = loss.summands.filter { $0.weight != 0 }
    values = summands.map { _ in 0 }
  }

  mutating func add(_ loss: Loss, examples count: Int) {
    total += Double(loss.total.scalar) * Double(count)
    for (index, term) in loss.terms.enumerated() {
      values[index] += Double(term.value.scalar) * Double(count)
    }
    examples += count
  }

  var loss: Double { total / Double(max(examples, 1)) }

  var terms: [Results.Term] {
    zip(summands, values).map {
      Results.Term(name: $0.name, weight: $0.weight, value: $1 / Double(max(examples, 1)))
    }
  }
}
