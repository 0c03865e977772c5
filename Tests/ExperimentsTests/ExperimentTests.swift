import Foundation
import Kindred
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Experiments
@testable import Training

@Suite struct ExperimentTests {
  /// A recipe that is small enough for a debug build: perceptrons on a few glyphs.
  static func recipe(_ rows: [String], _ changes: [String] = []) throws -> Recipe {
    let list = rows.map { "{loss: \"\($0)\"}" }.joined(separator: ",")
    return try Recipe.read(
      Data(
        """
        {
          data: { set: "glyphs", train: 64, test: 48 },
          teacher: { network: "mlp:16", training: { epochs: 2, batch: 32 } },
          student: {
            network: "mlp:8",
            training: { images: 48, epochs: 2, batch: 16, augmentation: { flip: true, shift: 1 } },
          },
          rows: [\(list)],
          seeds: [1, 2],
        }
        """.utf8), replacing: changes)
  }

  func run(_ recipe: Recipe) throws -> Results {
    try Experiment(recipe, registry: .linked).run { _, _ in }
  }

  /// The results without the times.
  static func withoutSeconds(_ results: Results) throws -> String {
    String(decoding: try results.json, as: UTF8.self)
      .replacing(/"seconds" : [0-9.e-]+/, with: "")
  }

  @Test func everythingIsReported() throws {
    let results = try run(Self.recipe(["ce", "0.5*ce + 0.5*kd", "ce + rkd"]))
    #expect(results.schema == "kindred-results/1")
    #expect(results.teacher?.history.count == 2)
    #expect(results.rows.map { $0.name } == ["ce", "0.5*ce + 0.5*kd", "ce + rkd"])
    #expect(results.rows[2].formula == "ce + rkd.distance + 2*rkd.angle")
    for (index, row) in results.rows.enumerated() {
      let accuracy = try #require(row.metrics["accuracy"])
      #expect(accuracy.values.count == 2)
      #expect(accuracy.values.allSatisfy { (0...1).contains($0) })
      #expect(accuracy.values == row.history.map { $0.epochs.last?.accuracy })
      #expect(accuracy.mean == accuracy.values.reduce(0, +) / 2)
      #expect((accuracy.differenceToFirst == nil) == (index == 0))
      #expect(row.history.map { $0.seed } == [1, 2])
      for epoch in row.history.flatMap({ $0.epochs }) {
        let sum = epoch.terms.reduce(0) { $0 + $1.weight * ($1.value ?? .nan) }
        #expect(abs(sum - epoch.loss) < 1e-5 * abs(epoch.loss))
      }
    }
    let first = results.rows[2].history[0].epochs[0]
    #expect(first.terms.map { $0.name } == ["ce", "rkd.distance", "rkd.angle"])
  }

  @Test func oneThreadOrTwoGiveTheSameBits() throws {
    let recipe = try Self.recipe(["ce", "kd + rkd"])
    let one = try Parallel.$threads.withValue(1) { try run(recipe) }
    let two = try Parallel.$threads.withValue(2) { try run(recipe) }
    #expect(try Self.withoutSeconds(one) == Self.withoutSeconds(two))
  }

  /// A term that records the moments at which it is evaluated.
  struct Clock: MomentTerm {
    final class Moments: Sendable {
      let seen = Mutex<[Moment]>([])
    }
    let moments = Moments()
    let outputs: [OutputName] = ["logits"]

    func callAsFunction(student: Outputs, teacher: Outputs, at moment: Moment) throws -> Tensor {
      moments.seen.withLock { $0.append(moment) }
      return try student["logits"].squared().mean()
    }
  }

  /// Random choices of a loss receive the seed and the step, counted over all epochs. Weights that
  /// change receive the share of the training that is over.
  @Test func aLossIsToldTheMoment() throws {
    let data = Glyphs.make(count: 40, seed: 1)
    let network = MLP(widths: [4], classes: 16, inputs: 784)
    var random = Random(seed: 1)
    let start = Model(network: network, weights: network.initialWeights(using: &random))
    var settings = TrainingSettings()
    (settings.epochs, settings.batch) = (2, 16)
    let clock = Clock()
    _ = try Trainer(
      loss: try LossGraph(clock), settings: settings, teacher: nil, name: "clock", seed: 9
    ).train(
      start, on: data, testingOn: data, normalizedBy: PixelNormalization(of: data)
    ) { _, _ in }
    let seen = clock.moments.seen.withLock { $0 }
    // The last batch of each epoch is evaluated once more, for the balance of the terms.
    #expect(
      seen == [0, 1, 1, 2, 3, 3].map { Moment(seed: 9, index: $0, progress: Double($0) / 4) })
  }

  /// The network has convolutions, whose work is large enough to be divided among threads.
  @Test func aResidualNetworkGivesTheSameBitsToo() throws {
    let recipe = try Self.recipe(
      ["kd + rkd.angle"],
      [
        "student.network=resnet8:4", "teacher.network=resnet8:4", "seeds=[1]",
        "student.training.epochs=1", "teacher.training.epochs=1", "data.test=16",
      ])
    let one = try Parallel.$threads.withValue(1) { try run(recipe) }
    let two = try Parallel.$threads.withValue(2) { try run(recipe) }
    #expect(try Self.withoutSeconds(one) == Self.withoutSeconds(two))
  }

  /// No loss follows the last step, so the weights themselves are checked.
  @Test func aLastStepThatDivergesIsNoticed() throws {
    let recipe = try Self.recipe(
      ["ce"],
      [
        "student.training.optimizer.rate=1e300", "student.training.epochs=1",
        "student.training.images=16", "student.training.optimizer.momentum=0.9",
      ])
    let divergences = try #require(run(recipe).rows[0].divergences)
    #expect(divergences.map { $0.seed } == [1, 2])
    for divergence in divergences {
      #expect(divergence.problem.hasPrefix("its weight '"))
      #expect(divergence.problem.hasSuffix(" in epoch 1, step 1"))
    }
  }

  @Test(arguments: [
    (Float.nan, "NaN"), (-Float.nan, "NaN"), (.infinity, "inf"), (-.infinity, "-inf"),
  ])
  func nanHasNoSign(_ value: Float, _ text: String) { #expect(value.text == text) }

  @Test func aTeacherOfNaNIsRefused() throws {
    let folder = try ScratchFolder()
    let path = folder.path("teacher.safetensors")
    let network = MLP(widths: [16], classes: 16, inputs: 784)
    var random = Random(seed: 1, "test")
    var weights = network.initialWeights(using: &random)
    weights.parameters[3].tensor = Tensor(repeating: .nan, shape: [16])
    try Checkpoint.save(Model(network: network, weights: weights), to: path, classes: 16)
    let error = #expect(throws: TrainingError.self) {
      try run(Self.recipe(["kd"], ["teacher.load=\(path)"]))
    }
    #expect(
      error?.description
        == "the teacher \(path): its 'logits.bias' is NaN at [0]")
  }

  /// Rows share initial weights and batches, so two rows with the same loss give the same student.
  @Test func studentsOfASeedDifferByTheirLossAlone() throws {
    let results = try run(Self.recipe(["ce", "1*ce + 0*kd", "2*ce/2"]))
    let accuracies = results.rows.map { $0.metrics["accuracy"]?.values }
    #expect(accuracies[0] == accuracies[1])
    #expect(accuracies[0] == accuracies[2])
    #expect(results.rows[1].metrics["accuracy"]?.differenceToFirst?.mean == 0)
    let losses = results.rows[0].history.map { $0.epochs[0].loss }
    #expect(losses[0] != losses[1])
  }

  @Test func trainingLowersTheLoss() throws {
    let results = try run(Self.recipe(["ce"], ["student.training.epochs=8", "seeds=[1]"]))
    let losses = results.rows[0].history[0].epochs.map { $0.loss }
    #expect(losses.count == 8)
    #expect((losses.last ?? 9) < 0.85 * losses[0])
    #expect(results.teacher == nil, "no row needs a teacher")
  }

  @Test func aTeacherCanBeLoaded() throws {
    let folder = try ScratchFolder()
    let path = folder.path("teacher.safetensors")
    var trained: Results.Teacher?
    _ = try Experiment(Self.recipe(["kd"]), registry: .linked).run { event, _ in
      if case .teacher(_, let summary, let network) = event {
        trained = summary
        try Checkpoint.save(network, to: path, classes: 16)
      }
    }
    let results = try run(Self.recipe(["kd"], ["teacher.load=\(path)"]))
    #expect(results.teacher?.isLoaded == true)
    #expect(results.teacher?.metrics == trained?.metrics)

    let other = #expect(throws: TrainingError.self) {
      try run(Self.recipe(["kd"], ["teacher.load=\(path)", "teacher.network=mlp:9"]))
    }
    #expect(
      other?.description
        == "the teacher \(path): it is a mlp:16, and the recipe asks for mlp:9")
  }

  @Test func aTeacherOfOtherClassesIsRefused() throws {
    let folder = try ScratchFolder()
    let path = folder.path("teacher.safetensors")
    let network = MLP(widths: [16], classes: 7, inputs: 784)
    var random = Random(seed: 1, "test")
    try Checkpoint.save(
      Model(network: network, weights: network.initialWeights(using: &random)), to: path,
      classes: 7)
    let error = #expect(throws: TrainingError.self) {
      try run(Self.recipe(["kd"], ["teacher.load=\(path)"]))
    }
    #expect(
      error?.description
        == "the teacher \(path): it tells 7 classes apart, and the data has 16")
  }

  /// Without its teacher nothing can be taught, so the run ends.
  @Test func aDivergingTeacherIsNamed() throws {
    let recipe = try Self.recipe(
      ["kd"],
      [
        "teacher.loss=1e30*ce + ce", "teacher.training.optimizer.rate=1e12",
        "teacher.training.epochs=4",
      ])
    let error = #expect(throws: TrainingError.self) { try run(recipe) }
    guard case .diverged(let what, let value, "teacher", nil, 0, let epoch, let step)? = error
    else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(what.hasPrefix("its "))
    #expect((1...4).contains(epoch) && (1...3).contains(step))
    #expect(
      error?.description == """
        'teacher' with seed 0 diverged: \(what) became \(value) in epoch \(epoch), step \(step). \
        A lower rate or weight may help.
        """)
  }

  @Test(arguments: [
    (["kd"], ["teacher=null"], "teacher: a row's loss needs a teacher"),
    (
      ["ce + rkd.distance(layer: stage2)"], [],
      """
      rows[0].loss: the teacher (mlp:16): no output 'stage2'; choose from 'hidden1', \
      'embedding', 'logits'
      """
    ),
    (
      ["ce + rkd.distance(layer: stage2)"], ["teacher.network=resnet8:2"],
      """
      rows[0].loss: the student (mlp:8): no output 'stage2'; choose from 'hidden1', \
      'embedding', 'logits'
      """
    ),
    (
      ["ce", "match(lastStage, by: pooled, with: huber)"], [],
      """
      rows[1].loss: the teacher (mlp:16): no output is a stage; choose from 'hidden1', 'embedding', \
      'logits'
      """
    ),
    (
      ["ce", "match(lastStage, by: pooled, with: huber)"], ["teacher.network=resnet8:2"],
      """
      rows[1].loss: the student (mlp:8): no output is a stage; choose from 'hidden1', 'embedding', \
      'logits'
      """
    ),
    (
      ["match(embedding, with: huber)"], [],
      """
      rows[0].loss: match(embedding, with: huber): huber compares entry by entry, but the \
      student's value has shape [4, 8] and the teacher's [4, 16]
      """
    ),
    (["kd"], ["teacher.loss=kd"], "teacher.loss: a teacher has no teacher of its own"),
    (
      ["ce"], ["student.training.images=70"],
      "70 images of glyphs were asked for, but there are only 64"
    ),
    (
      ["ce"], ["teacher.loss=kdd"],
      """
      teacher.loss: no term 'kdd' (did you mean 'kd'?); choose from 'adaptive', 'ce', 'cosineRamp', \
      'gradientNorm', 'kd', 'logits', 'match', 'ramp', 'rkd', 'rkd.angle', 'rkd.distance', \
      'uncertainty', at column 1 of
        kdd
        ^
      """
    ),
    (
      ["ce"], ["student.network=resnt8:4"],
      """
      student.network: no network 'resnt8:4' (did you mean 'resnet8:4'?); choose from resnet<6n+2>:<width>, wrn<6n+4>-<k>:<width>, \
      mobilenetv2:<width>, vit:<dim>:<depth>:<heads>:<patch>, mlp:<width>:<width>…, such as resnet8:16 or mlp:64
      """
    ),
    (
      ["ce"], ["data.set=glyph"],
      "data.set: no data set 'glyph' (did you mean 'glyphs'?); choose from fashion-mnist, glyphs"
    ),
    // No data is there, and none is needed to see it.
    (
      ["ce + rkd(layer: block1)"], ["data.set=fashion-mnist", "data.directory=nowhere"],
      "rows[0].loss: the teacher (mlp:16): no output 'block1'; choose from 'hidden1', 'embedding', "
        + "'logits'"
    ),
  ])
  func mistakesAreFoundBeforeTraining(
    _ rows: [String], _ changes: [String], _ message: String
  ) throws {
    let recipe = try Self.recipe(rows, changes)
    let registry = Registry(papers: [KD.self, RKD.self])
    let error = #expect(throws: (any Error).self) { try Experiment(recipe, registry: registry) }
    #expect(error.map { "\($0)" } == message)
  }

  /// Four images have few tuples, and a batch has too many for one step.
  @Test func whatOnlyABatchCannotHoldIsFoundBeforeTraining() throws {
    let row = "match(embedding, by: simplices(order: 5), with: huber)"
    let changes = ["student.training.batch=40", "teacher.network=mlp:8"]
    let error = #expect(throws: SettingError.self) {
      try Experiment(Self.recipe([row], changes), registry: .linked)
    }
    let text = try #require(error?.description)
    #expect(text.hasPrefix("rows[0].loss: ") && text.contains("too many for one step"), "\(text)")
    let some = row.replacing("huber", with: "huber(tuples: 100)")
    _ = try Experiment(Self.recipe([some], changes), registry: .linked)
  }
}
