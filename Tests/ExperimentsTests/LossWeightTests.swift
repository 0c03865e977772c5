import Foundation
import Kindred
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Experiments
@testable import Training

/// Weights that change during training, and the balance of the terms.
@Suite struct LossWeightTests {
  let data = Glyphs.make(count: 40, seed: 1)
  let teacher: Model
  let start: Model

  init() {
    func network(_ seed: UInt64) -> Model {
      let network = MLP(widths: [6], classes: 16, inputs: 784)
      var random = Random(seed: seed)
      return Model(network: network, weights: network.initialWeights(using: &random))
    }
    (teacher, start) = (network(1), network(2))
  }

  var settings: TrainingSettings {
    var settings = TrainingSettings()
    (settings.epochs, settings.batch) = (2, 16)
    settings.schedule.shape = .constant
    return settings
  }

  func trainer(_ formula: String, _ settings: TrainingSettings) throws -> Trainer {
    Trainer(
      loss: try Registry.linked.loss(formula), settings: settings, teacher: teacher, name: formula,
      seed: 3)
  }

  func train(
    _ formula: String, report: (Trainer.Event, Trainer.State) throws -> Void = { _, _ in }
  ) throws -> Trainer.State {
    try trainer(formula, settings).train(
      start, on: data, testingOn: data, normalizedBy: PixelNormalization(of: data), report: report)
  }

  /// With two steps per epoch, the steps are at 0, ¼, ½ and ¾ of the training.
  @Test func anEpochHasTheMeanWeight() throws {
    let history = try train("ce + ramp(kd, to: 8) + cosine(logits, end: 0.25)").history
    #expect(
      history.map { $0.terms.map { $0.name } } == [
        ["ce", "kd", "logits"], ["ce", "kd", "logits"],
      ])
    let weights = history.map { $0.terms.map { $0.weight } }
    #expect(weights == [[1, 1, 0.5], [1, 5, 0]])
    #expect(history[1].terms[2].value == nil)
    #expect(history[1].terms[2].gradientNorm == nil)
    let values = history[0].terms.map { $0.value ?? .nan }
    #expect(values.allSatisfy { $0 > 0 })
  }

  /// A value is the mean over the examples of the steps that had one.
  @Test func aTermThatBeginsWithinAnEpochHasTheMeanOfItsSteps() throws {
    var values: [Double?] = []
    let history = try train("ce + ramp(kd, from: 0, to: 1, start: 0.1, end: 0.1)") { event, _ in
      if case .step(_, _, _, _, _, let terms) = event { values.append(terms[1].value) }
    }.history
    #expect(values.map { $0 == nil } == [true, false, false, false])
    #expect(history[0].terms[1].value == values[1])
    #expect(history[0].terms[1].weight == 0.5)
  }

  /// The balance is that of the last batch, and it influences nothing in the training.
  @Test func theBalanceChangesNoBit() throws {
    let formula = "ce + 2*kd + gradientNorm(rkd, logits)"
    let trainer = try trainer(formula, settings)
    var trainee = try trainer.start(
      start, on: data, normalizedBy: PixelNormalization(of: data)
    ).trainee
    let sampler = try settings.sampler.sampler(
      for: data, teacher: nil, normalizedBy: PixelNormalization(of: data))
    var last: [TermBalance] = []
    for epoch in 0..<2 {
      let batches = Batches(
        of: data, size: 16, sampler: sampler, normalization: PixelNormalization(of: data),
        augmentation: settings.augmentation, view: nil, seed: 3, epoch: epoch)
      for (index, batch) in batches.enumerated() {
        let moment = Moment(
          seed: 3, index: epoch * 2 + index, progress: Double(epoch * 2 + index) / 4)
        let before = trainee.model
        _ = try trainer.step(&trainee, on: batch, rate: 0.05, at: moment)
        let outputs = before.network(
          batch.images, before.weights, .training, giving: ["logits", "embedding"]
        ).outputs
        var labelled = outputs
        labelled.labels = batch.labels
        last = try trainer.loss.balance(
          student: labelled,
          teacher: teacher.outputs(on: batch.images, giving: ["logits", "embedding"]),
          at: moment)
      }
    }
    let state = try train(formula)
    #expect(
      Checksum(of: state.model.weights.tensors).text
        == Checksum(of: trainee.model.weights.tensors).text
    )
    let terms = try #require(state.history.last?.terms)
    #expect(terms.map { $0.gradientNorm } == last.map { $0.gradientNorm })
    #expect(terms.map { $0.share } == last.map { $0.share })
    #expect(terms.map { $0.cosine } == last.map { $0.cosine })
    #expect(terms.allSatisfy { ($0.gradientNorm ?? 0) > 0 && $0.cosine != nil })
    let shares = terms.reduce(0) { $0 + ($1.share ?? 0) }
    #expect(abs(shares - 1) < 1e-9)
  }

  // MARK: - Uncertainty

  /// The scalars follow s ← s − η g, with the optimizer's momentum and without weight decay.
  @Test func theScalarsDescendAsTheWeightsDo() throws {
    var settings = OptimizerSettings()
    (settings.momentum, settings.nesterov, settings.weightDecay) = (0.5, false, 0.1)
    var learned = LossTensors(of: try Registry.linked.loss("uncertainty(ce, kd)"), settings)
    #expect(learned.parameters[0].tensor.scalars == [0, 0])
    learned.step([Tensor([1, -2], shape: [2])], rate: 0.25, memory: [:])
    #expect(learned.parameters[0].tensor.scalars == [-0.25, 0.5])
    learned.step([Tensor([1, -2], shape: [2])], rate: 0.25, memory: [:])
    #expect(learned.parameters[0].tensor.scalars == [-0.625, 1.25])
    learned.step([Tensor([1e6, -1e6], shape: [2])], rate: 1, memory: [:])
    #expect(learned.parameters[0].tensor.scalars == [-20, 20])
    #expect(LossTensors(of: try Registry.linked.loss("ce"), settings).parameters.isEmpty)
  }

  /// The weights of the first step are the initial ones, and those after it are computed by hand.
  @Test func theWeightsAreLearned() throws {
    var steps: [[Epoch.Term]] = []
    let history = try train("ce + uncertainty(kd, rkd.distance)") { event, _ in
      if case .step(_, _, _, _, _, let terms) = event { steps.append(terms) }
    }.history
    #expect(steps[0].map { $0.weight } == [1, 0.5, 0.5])
    for term in [1, 2] {
      let value = try #require(steps[0][term].value)
      // Nesterov's first step is η (1 + μ) g.
      let s = -0.05 * 1.9 * (0.5 - 0.5 * value)
      #expect(abs(steps[1][term].weight - 0.5 * exp(-s)) < 1e-5)
      let mean = (steps[0][term].weight + steps[1][term].weight) / 2
      #expect(abs(history[0].terms[term].weight - mean) < 1e-12)
    }
  }

  // MARK: - Warnings

  func epoch(_ norms: [String: Double?]) -> Epoch {
    Epoch(
      epoch: 1, rate: 1, loss: 1,
      terms: norms.sorted { $0.key < $1.key }.map {
        Epoch.Term(
          name: $0.key, weight: 1, value: 1,
          TermBalance(name: $0.key, gradientNorm: $0.value))
      }, accuracy: 0, seconds: 0)
  }

  @Test func sharesAreMeansOverTheTraining() {
    let epochs = [
      epoch(["a": 1, "b": 3]), epoch(["a": 3, "b": 1]), epoch(["a": 1, "b": 1]),
      epoch(["a": 5, "b": nil]), epoch(["a": 0, "b": 0]),
    ]
    #expect(epochs.gradientShares.map { $0.term } == ["a", "b"])
    #expect(epochs.gradientShares.map { $0.share } == [0.5, 0.5])
    #expect(epochs.balanceWarnings.isEmpty)
    #expect([epoch(["a": 1])].balanceWarnings.isEmpty)
    #expect([epoch(["a": 96, "b": 4])].gradientShares.map { $0.share } == [0.96, 0.04])
  }

  @Test(arguments: [
    (95, 5, []), (5, 95, []), (1, 99, ["b"]), (0.99, 99.01, ["a", "b"]), (96, 4, ["a"]),
  ])
  func aTermIsWarnedOf(_ a: Double, _ b: Double, _ warned: [String]) {
    let warnings = [epoch(["a": a, "b": b]), epoch(["a": a, "b": b])].balanceWarnings
    #expect(warnings.map { String($0.dropFirst().prefix(1)) } == warned)
  }

  @Test func warningsSayTheShare() {
    #expect(
      [epoch(["kd": 0.5, "ce": 99.5])].balanceWarnings == [
        "'ce' has 99.5 % of the terms' gradients, more than 95 %: the others hardly count",
        "'kd' has 0.5 % of the terms' gradients, less than 1 %: it hardly counts",
      ])
  }

  /// The warnings of a row are listed seed by seed. A file without warnings can be read too.
  @Test func resultsHaveTheWarnings() throws {
    let recipe = try ExperimentTests.recipe(["ce", "ce + 1e-4*kd"], ["seeds=[1,2]"])
    let results = try Experiment(recipe, registry: .linked).run { _, _ in }
    #expect(results.rows[0].warnings == [])
    let warnings = try #require(results.rows[1].warnings)
    #expect(
      warnings.map { $0.prefix(13) } == [
        "seed 1: 'ce' ", "seed 1: 'kd' ", "seed 2: 'ce' ", "seed 2: 'kd' ",
      ])
    let text = String(decoding: try results.json, as: UTF8.self)
    let old = text.replacing(/,?\s*"(cosine|gradientNorm|share)" : [-0-9.e]+/, with: "")
      .replacing(/\s*"warnings" : \[[^\]]*\]/, with: "").replacing(/,(\s*})/) { $0.output.1 }
      .replacing(/{,/, with: "{")
    #expect(!old.contains("gradientNorm") && !old.contains("warnings"))
    let read = try JSONDecoder().decode(Results.self, from: Data(old.utf8))
    #expect(read.rows[1].warnings == nil)
    #expect(read.rows[1].history[0].epochs[0].terms[1].gradientNorm == nil)
    #expect(read.rows[1].history[0].epochs[0].terms[1].value != nil)
  }
}
