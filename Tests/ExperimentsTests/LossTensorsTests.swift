import Foundation
import Kindred
import Synchronization
import TensorFiles
import TestSupport
import Testing

@testable import Experiments
@testable import Training

/// The tensors that a loss owns, in a training.
@Suite struct LossTensorsTests {
  let folder: ScratchFolder
  let registry = Registry.linked.adding(owningLosses)
  let data = Glyphs.make(count: 40, seed: 1)

  init() throws { folder = try ScratchFolder() }

  func model(_ widths: [Int], seed: UInt64) -> Model {
    let network = MLP(widths: widths, classes: 16, inputs: 784)
    var random = Random(seed: seed)
    return Model(network: network, weights: network.initialWeights(using: &random))
  }

  var settings: TrainingSettings {
    var settings = TrainingSettings()
    (settings.epochs, settings.batch, settings.schedule.shape) = (2, 16, .constant)
    return settings
  }

  func trainer(_ formula: String, seed: UInt64 = 3) throws -> Trainer {
    Trainer(
      loss: try registry.loss(formula), settings: settings, teacher: model([16], seed: 1),
      name: formula, seed: seed)
  }

  func start(_ trainer: Trainer) throws -> Trainer.State {
    try trainer.start(
      model([8], seed: 2), on: data, normalizedBy: PixelNormalization(of: data))
  }

  func experiment(_ rows: [String], _ changes: [String] = []) throws -> Experiment {
    try Experiment(
      ExperimentTests.recipe(rows, ["seeds=[1]"] + changes), registry: registry)
  }

  // MARK: - Learning

  /// A parameter follows w ← w − r η (g + λ w), with the factor r of its rate. The memory is what the
  /// loss says.
  @Test func parametersDescendAsTheWeightsDo() throws {
    var settings = OptimizerSettings()
    (settings.momentum, settings.nesterov, settings.weightDecay) = (0.5, false, 0.5)
    let parameter = LossGraph.OwnedTensor(
      name: "a.w", declared: StateTensor("w", .parameter, shape: [2], rate: 2),
      first: Tensor([1, 2]))
    let memory = LossGraph.OwnedTensor(
      name: "a.m", declared: StateTensor("m", .memory, shape: [1]), first: Tensor([5]))
    var tensors = LossTensors(
      of: try registry.loss("uncertainty(ce, kd)"), owning: [parameter, memory], settings)
    #expect(tensors.parameters.map { $0.name } == ["a.w", "uncertainty.logVariances"])
    #expect(tensors.state.memory["a.m"]?.scalars == [5])
    let gradients = [Tensor([0.5, -1]), Tensor([1, -2])]
    tensors.step(gradients, rate: 0.25, memory: ["a.m": Tensor([6])])
    #expect(tensors.parameters.map { $0.tensor.scalars } == [[0.5, 2], [-0.25, 0.5]])
    #expect(tensors.state.memory["a.m"]?.scalars == [6])
    // The velocities are ½ (1, 0) + (0.5 + ¼, −1 + 1) and ½ (1, −2) + (1, −2).
    tensors.step(gradients, rate: 0.25, memory: [:])
    #expect(tensors.parameters.map { $0.tensor.scalars } == [[-0.125, 2], [-0.625, 1.25]])
  }

  /// A step moves each parameter along the gradient of the loss at it, and keeps the memory of this
  /// batch.
  @Test func aStepLearnsAndRemembers() throws {
    let trainer = try trainer("ce + hinted + recalled")
    var trainee = try start(trainer).trainee
    let batch = try trainer.firstBatch(of: data, normalizedBy: PixelNormalization(of: data))
    let before = trainee
    let (value, student, teacher) = try trainer.step(&trainee, on: batch, rate: 0.05)
    #expect(value.terms[2].value?.scalar == 0, "nothing is remembered yet")
    let variables = before.loss.parameters.map { Weights.Named($0.name, $0.tensor.variable) }
    #expect(variables.map { $0.name } == ["hinted.bias", "hinted.weight"])
    let again = try trainer.loss(
      student: student, teacher: teacher, at: Moment(),
      state: before.loss.state(learning: variables))
    let gradients = gradients(
      of: [(again.total, 1)], withRespectTo: variables.map { $0.tensor })
    for (index, gradient) in gradients.enumerated() {
      // Nesterov's first step is η (1 + μ) (g + λ w), and the rate of this loss is twice the usual.
      let (old, new) = (before.loss.parameters[index].tensor, trainee.loss.parameters[index].tensor)
      let (decay, factor) = (Float(5e-4), Float(0.05 * 2 * 1.9))
      let expected = zip(old.scalars, gradient.scalars).map { w, g in
        Double(w - factor * (g + decay * w))
      }
      expectClose(new.scalars, expected, 1e-5, before.loss.parameters[index].name)
      #expect(gradient.scalars.contains { $0 != 0 })
    }
    let queue = try #require(trainee.lossState.memory["recalled.queue"])
    #expect(try queue.scalars == teacher["logits"].rows([14, 15]).scalars)
    let next = try trainer.step(&trainee, on: batch, rate: 0.05).loss
    #expect((next.terms[2].value?.scalar ?? 0) > 0)
  }

  /// First values follow from the seed alone, whatever else the loss has.
  @Test func equalNodesBeginEqually() throws {
    func weight(_ formula: String, seed: UInt64) throws -> [Float]? {
      try start(trainer(formula, seed: seed)).trainee.lossState.parameters["hinted.weight"]?.scalars
    }
    let alone = try #require(try weight("hinted", seed: 3))
    #expect(alone.count == 8 * 16)
    #expect(try weight("ce + recalled + 2*hinted", seed: 3) == alone)
    #expect(try weight("hinted", seed: 4) != alone)
  }

  /// The mapping is learned: with it, the loss comes down further than with its first value.
  @Test func aLearnedMappingFits() throws {
    func last(_ formula: String) throws -> Double {
      var settings = settings
      settings.epochs = 10
      let trainer = Trainer(
        loss: try registry.loss(formula), settings: settings, teacher: model([16], seed: 1),
        name: "", seed: 3)
      let state = try trainer.train(
        model([8], seed: 2), on: data, testingOn: data,
        normalizedBy: PixelNormalization(of: data)
      ) { _, _ in }
      return state.history[9].loss
    }
    #expect(try last("hinted") < 0.9 * last("hinted(rate: 0)"))
  }

  // MARK: - Runs

  /// A run that is interrupted anywhere goes on to the same bits. The losses' weights may depend on
  /// gradients, or be learned too.
  @Test(arguments: [
    "ce + hinted + 0.01*recalled", "ramp(hinted, start: 0.3) + uncertainty(ce, hinted, recalled)",
    "gradientNorm(ce, hinted) + recalled", "adaptive(hinted, kd) + ce",
    "ce + fitnet(layer: embedding) + rsd(projection: linear) + rrd(queue: 40, projection: linear)",
    "ce + ramp(rrd(queue: 40, layer: logits), start: 0.7)",
    "ce + gradientNorm(rrd(queue: 1000, layer: logits), vid(layer: embedding))",
    "ce + 0.1*crd(features: 8, negatives: 20)",
    "ce + crd(features: 8, negatives: 40, memory: queue)",
  ])
  func aRunGoesOnToTheBit(_ formula: String) throws {
    let changes =
      formula.contains("gradientNorm") ? ["student.training.optimizer.method=adam"] : []
    let experiment = try experiment(["ce", formula], changes)
    var events = 0
    var expected: [[String]] = []
    func note(_ event: RunEvent, _ state: RunState) {
      guard case .student(let learner, let model, _) = event else { return }
      expected.append(["\(learner)", Checksum(of: model.weights.tensors).text])
    }
    let whole = try experiment.run { event, state in
      events += 1
      note(event, state)
    }
    let students = expected
    expected = []
    let path = folder.path("run")
    // The last events are those of the second row.
    for last in [events - 7, events - 5, events - 3] {
      try? FileManager.default.removeItem(atPath: path)
      var count = 0
      #expect(throws: ExperimentError.interrupted(folder: path)) {
        try SavedRun(of: experiment, in: ResultsFolder(path)).results(isInterrupted: {
          count += 1
          return count == last
        })
      }
      let resumed = try SavedRun(of: experiment, in: ResultsFolder(path, ifThere: .resume))
        .results(report: note)
      #expect(
        try ExperimentTests.withoutSeconds(resumed) == ExperimentTests.withoutSeconds(whole))
      #expect(expected == [students[1]])
      expected = []
    }
  }

  /// The student's file has the network's weights alone; the state of the run has the loss's tensors.
  @Test func theStudentIsSavedWithoutThem() throws {
    let formula = "hinted + recalled + fitnet(layer: embedding) + uncertainty(ce, kd)"
    let experiment = try experiment([formula], ["rows.0.name=all"])
    let path = folder.path("run")
    var state: [String] = []
    _ = try SavedRun(of: experiment, in: ResultsFolder(path)).results { event, _ in
      guard case .student = event else { return }
      let saved = try TensorFile.read(path + "/checkpoints/run.safetensors")
      state = saved.keys.filter { $0.hasPrefix("learned.") || $0.hasPrefix("memory.") }.sorted()
    }
    #expect(
      state == [
        "learned.first.fitnet.bias", "learned.first.fitnet.weight", "learned.first.hinted.bias",
        "learned.first.hinted.weight",
        "learned.first.uncertainty.logVariances", "learned.values.fitnet.bias",
        "learned.values.fitnet.weight", "learned.values.hinted.bias",
        "learned.values.hinted.weight", "learned.values.uncertainty.logVariances",
        "memory.recalled.queue",
      ])
    let file = try TensorFile.read(path + "/checkpoints/1-all-seed1.safetensors")
    #expect(Set(file.keys) == Set(model([8], seed: 1).weights.tensors.keys))
    #expect(
      file.mapValues { $0.shape } == model([8], seed: 1).weights.tensors.mapValues { $0.shape })
  }

  /// A state whose loss has other tensors is refused, and nothing is written.
  @Test(arguments: [
    ("learned.values.hinted.weight", nil, "it has no parameter 'hinted.weight'"),
    (
      "learned.values.hinted.weight", [8, 15],
      "its parameter 'hinted.weight' has shape [8, 15], and not [8, 16]"
    ),
    ("memory.recalled.queue", nil, "it has no memory 'recalled.queue'"),
    (
      "memory.recalled.queue", [3, 16],
      "its memory 'recalled.queue' has shape [3, 16], and not [2, 16]"
    ),
    (
      "memory.rrd.queue", [41, 16],
      "its memory 'rrd.queue' has shape [41, 16], and not [40, 16] or fewer rows"
    ),
    (
      "memory.rrd.queue", [1, 15],
      "its memory 'rrd.queue' has shape [1, 15], and not [40, 16] or fewer rows"
    ),
    (
      "memory.crd.student.memory", [48, 7],
      "its memory 'crd.student.memory' has shape [48, 7], and not [N, 8] with any N"
    ),
    (
      "memory.crd.scale", [1],
      "its memory 'crd.scale' has shape [1], and not [1, 2] or fewer rows"
    ),
    ("learned.values.other.bias", [1], "its parameter 'other.bias' is not one of this loss's"),
    ("memory.other.rows", [1], "its memory 'other.rows' is not one of this loss's"),
    ("learned.first.hinted.bias", nil, "it has no 'first.hinted.bias'"),
  ])
  func aStateOfAnotherLossIsRefused(_ name: String, _ shape: [Int]?, _ problem: String) throws {
    let experiment = try experiment([
      "hinted + recalled + rrd(queue: 40, layer: logits) + crd(features: 8)"
    ])
    let (path, state) = (folder.path("run"), folder.path("run/checkpoints/run.safetensors"))
    var count = 0
    #expect(throws: ExperimentError.interrupted(folder: path)) {
      try SavedRun(of: experiment, in: ResultsFolder(path)).results(isInterrupted: {
        count += 1
        return count == 12
      })
    }
    #expect(try TensorFile.read(state)["memory.rrd.queue"]?.shape == [32, 16], "it grows")
    var (tensors, metadata) = (try TensorFile.read(state), try TensorFile.metadata(of: state))
    tensors[name] = shape.map { Tensor(repeating: 0, shape: $0) }
    metadata["checksum"] = RunCheckpoint.checksum(of: metadata, tensors)
    try TensorFile.write(tensors, to: state, metadata: metadata, overwriting: true)
    let previous = folder.path("run/checkpoints/run-previous.safetensors")
    try FileManager.default.removeItem(atPath: previous)
    func files() throws -> [String: Data] {
      let names = try FileManager.default.subpathsOfDirectory(atPath: path)
      return Dictionary(
        uniqueKeysWithValues: names.map {
          ($0, FileManager.default.contents(atPath: path + "/" + $0) ?? Data())
        })
    }
    let before = try files()
    let error = #expect(throws: ExperimentError.self) {
      try SavedRun(of: experiment, in: ResultsFolder(path, ifThere: .resume)).results()
    }
    #expect(
      error?.description
        == "the run cannot go on from '\(state)': it is of another loss: \(problem)")
    #expect(try files() == before)
  }

  /// A parameter that becomes infinite is a divergence of the student, and it is named.
  @Test func aParameterThatDivergesIsNamed() throws {
    let results = try experiment(
      ["ce + hinted(rate: 1e300)"],
      ["student.training.epochs=1", "student.training.images=16"]
    ).run { _, _ in }
    let divergences = try #require(results.rows[0].divergences)
    #expect(divergences.count == 1)
    let problem = divergences[0].problem
    #expect(
      problem.hasPrefix("its parameter 'hinted.bias' became ")
        && problem.hasSuffix("in epoch 1, step 1"), "\(problem)")
  }

  /// The plan counts what a loss owns, with the optimizer's memory.
  @Test func thePlanCountsThem() throws {
    let plan = try RunPlanner(
      experiment([
        "ce", "ce + hinted + recalled", "uncertainty(ce, kd)", "rrd(queue: 80, layer: logits)",
        "rrd(queue: 1000, layer: logits)", "crd(features: 8)",
        "crd(features: 8, negatives: 50, memory: queue)",
      ])
    ).plan()
    #expect(plan.warnings == [])
    #expect(
      plan.rows.map { $0.owned } == [
        nil, nil,
        RunPlan.Owned(parameters: 144, remembered: 32, bytes: 4 * (2 * 144 + 32)),
        RunPlan.Owned(parameters: 2, remembered: 0, bytes: 4 * 4),
        // There are 48 images in each of two epochs.
        RunPlan.Owned(parameters: 0, remembered: 80 * 16, bytes: 4 * 80 * 16),
        RunPlan.Owned(parameters: 0, remembered: 96 * 16, bytes: 4 * 96 * 16),
        // Maps of 8 and of 16 numbers to 8; a row of each network for each image, and two scales.
        RunPlan.Owned(
          parameters: 208, remembered: 2 * 48 * 8 + 2, bytes: 4 * (2 * 208 + 2 * 48 * 8 + 2)),
        RunPlan.Owned(
          parameters: 208, remembered: 2 * 50 * 8 + 2, bytes: 4 * (2 * 208 + 2 * 50 * 8 + 2)),
      ])
    #expect(plan.rows[2].terms.map { $0.formula } == ["ce", "hinted", "recalled"])
    #expect(plan.rows[2].terms.allSatisfy { $0.seconds > 0 })
  }

  /// Steps are timed with as much remembered as there is at the end of the training.
  @Test func thePlanTimesAFullMemory() throws {
    let registry = Registry.linked.adding([Witnessed.self])
    let experiment = try Experiment(
      ExperimentTests.recipe(["witnessed"], ["seeds=[1]"]), registry: registry)
    Witnessed.rows.withLock { $0 = [] }
    _ = try RunPlanner(experiment).plan()
    // A queue that is longer grows while the steps are timed.
    #expect(Witnessed.rows.withLock { $0.min() } == 96)
  }

  /// The spread is that of the loss at the end of the training, with what it learned.
  @Test func theSpreadIsMeasuredWithThem() throws {
    let formula = "ce + 0.01*match(embedding, by: mapped.rowNormalized.gram, with: meanSquare)"
    let experiment = try experiment([formula], ["evaluation.spuriousTeacher=8"])
    var (learned, student, teacher) = (LossState(), Model?.none, Model?.none)
    let results = try experiment.run { event, state in
      if let current = state.current { learned = current.training.trainee.lossState }
      if case .teacher(_, _, let model) = event { teacher = model }
      if case .student(_, let model, _) = event { student = model }
    }
    let row = experiment.rows[0]
    let trainer = Trainer(
      loss: row.losses[0], settings: row.settings.training, teacher: teacher, name: "", seed: 1)
    let spurious = SpuriousTeacher(
      images: experiment.data.test, count: 8, normalization: experiment.data.normalization)
    let spread = try spurious.spread(of: trainer, try #require(student), learned)
    #expect(results.rows[0].metrics["spread"]?.values == [spread])
    #expect(try spurious.spread(of: trainer, try #require(student)) != spread)
  }
}
