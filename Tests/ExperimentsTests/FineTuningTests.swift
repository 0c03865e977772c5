import Foundation
import Kindred
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Experiments
@testable import Training

/// Recipes whose students start from weights in a file.
@Suite struct FineTuningTests {
  let folder: ScratchFolder
  /// A perceptron of ten classes, where the recipes have 16.
  let source: Model

  init() throws {
    folder = try ScratchFolder()
    source = try Self.source(seed: 5)
    try Checkpoint.save(source, to: folder.path("source.safetensors"), classes: 10)
  }

  private static func source(seed: UInt64) throws -> Model {
    let network = try Networks.standard.named(
      "mlp:8", classes: 10, shape: ImageShape(height: 28, width: 28))
    var random = Random(seed: seed, "source")
    return Model(network: network, weights: network.initialWeights(using: &random))
  }

  static let start = ["student.load=source.safetensors", "student.except=['logits']"]

  private func experiment(_ rows: String, _ changes: [String] = start) throws -> Experiment {
    try Experiment(
      RowSettingsTests.recipe(rows, changes), registry: .linked, in: folder.path)
  }

  private func scalars(_ model: Model) -> [String: [Float]] {
    model.weights.tensors.mapValues { $0.scalars }
  }

  /// The path is relative to the recipe's folder, and only the layer that starts fresh differs by the seed.
  @Test func onlyWhatStartsFreshDiffersBySeed() throws {
    let experiment = try experiment("[{ loss: \"ce\" }]")
    let row = experiment.rows[0]
    let (one, two) = (1, 2) as (UInt64, UInt64)
    let first = scalars(experiment.initialStudent(of: row, seed: one))
    let second = scalars(experiment.initialStudent(of: row, seed: two))
    for name in first.keys {
      let isFresh = name.hasPrefix("logits.")
      #expect((first[name] == second[name]) == !isFresh, "\(name)")
      #expect((first[name] == scalars(source)[name]) == !isFresh, "\(name)")
    }
    let fresh = try self.experiment("[{ loss: \"ce\" }]", [])
    let scratch = scalars(fresh.initialStudent(of: fresh.rows[0], seed: one))
    #expect(first["logits.weight"] == scratch["logits.weight"])
  }

  /// All students start from the file: those that try a weight too. A row may start fresh, or from another file.
  @Test func rowsStartWhereTheySay() throws {
    try Checkpoint.save(
      Self.source(seed: 6), to: folder.path("other.safetensors"), classes: 10)
    let experiment = try experiment(
      """
      [{ loss: "ce" }, { name: "w", loss: "ce + weight*kd", weights: [1, 2] },
       { name: "fresh", loss: "ce", student: { load: null } },
       { name: "other", loss: "ce", student: { load: "other.safetensors" } }]
      """,
      Self.start + ["student.training.epochs=0", "validation.images=16", "seeds=[1]"])
    var trained: [Learner: [Float]] = [:]
    let results = try experiment.run { event, _ in
      if case .student(let learner, let model, _) = event {
        trained[learner] = scalars(model)["hidden1.weight"]
      }
    }
    let own = scalars(source)["hidden1.weight"]
    #expect(trained.count == 6)
    for (learner, weight) in trained {
      #expect((weight == own) == (learner.row == "ce" || learner.row == "w"), "\(learner)")
    }
    #expect(Set(trained.values).count == 3)
    #expect(
      results.rows.map { $0.start?.file } == [
        "source.safetensors", "source.safetensors", nil, "other.safetensors",
      ])
    #expect(results.rows.map { $0.start?.fresh } == [["logits"], ["logits"], nil, ["logits"]])
    #expect(results.rows[0].start?.checksum != results.rows[3].start?.checksum)
    // What is written beside the results is the same recipe: a row that starts fresh says so.
    #expect(try Recipe.read(JSONEncoder().encode(experiment.recipe)) == experiment.recipe)
    #expect(try Results.read(results.json).recipe == experiment.recipe)
  }

  /// What a run trains is what it starts from, with steps on top of it.
  @Test func aStudentGoesOnFromTheFile() throws {
    let changes = ["seeds=[1]", "student.training.optimizer.rate=1e-6"]
    let experiment = try experiment("[{ loss: \"ce\" }]", Self.start + changes)
    var trained: [Float] = []
    _ = try experiment.run { event, _ in
      if case .student(_, let model, _) = event { trained = scalars(model)["hidden1.weight"] ?? [] }
    }
    let start = try #require(scalars(source)["hidden1.weight"])
    let distance = zip(trained, start).map { abs($0 - $1) }.max() ?? 1
    #expect(trained != start && distance < 1e-3)
  }

  @Test func everyEventIsAPlaceToGoOnFrom() throws {
    let runs = try RunCheckpointTests()
    let path = folder.path("source.safetensors")
    let changes = ["student.load=\(path)", "student.except=['logits']"]
    let experiment = try runs.experiment(changes)
    let expected = try runs.run(experiment)
    #expect(try runs.run(runs.experiment([])) != expected)
    var events = 0
    _ = try experiment.run { _, _ in events += 1 }
    for last in 0..<events {
      try runs.interrupt(experiment, after: last)
      #expect(try runs.run(experiment, from: runs.restore(experiment)) == expected, "event \(last)")
    }

    // Another file of the same name is of another run, unless it differs only in what starts fresh.
    try runs.interrupt(experiment, after: 3)
    var tensors = try TensorFile.read(path)
    tensors["logits.bias"] = tensors["logits.bias"].map { ($0 + 1).detached }
    try TensorFile.write(tensors, to: path, overwriting: true)
    _ = try runs.restore(runs.experiment(changes))
    tensors["hidden1.bias"] = tensors["hidden1.bias"].map { ($0 + 1).detached }
    try TensorFile.write(tensors, to: path, overwriting: true)
    let error = try #require(throws: ExperimentError.self) {
      try runs.restore(runs.experiment(changes))
    }
    #expect("\(error)".contains("the file that 'ce' starts from was "))
  }

  @Test func aWrongStartIsFoundBeforeTraining() throws {
    func problem(_ rows: String, _ changes: [String]) throws -> String {
      let error = try #require(throws: SettingError.self) { try experiment(rows, changes) }
      return "\(error)".replacing(folder.path + "/", with: "")
    }
    let own = "[{ loss: \"ce\", student: { load: 'source.safetensors' } }]"
    #expect(
      try problem(own, []) == """
        rows[0].student.load: the checkpoint source.safetensors: its 'logits.bias' has shape [10], and \
        not [16]; with except: ["logits"] it starts fresh
        """)
    #expect(
      try problem("[{ loss: \"ce\" }]", [Self.start[0], "student.except=['logit']"]) == """
        student.except: no weight is 'logit' or a part of it (did you mean 'logits'?); choose from \
        'hidden1', 'logits', or a part of one
        """)
    #expect(
      try problem("[{ loss: \"ce\" }]", [Self.start[1]])
        == "student.except: all weights start fresh, not only 'logits': 'load' names no file")
    #expect(
      try problem("[{ loss: \"ce\", student: { except: ['logits'] } }]", [])
        == "rows[0].student.except: all weights start fresh, not only 'logits': 'load' names no file"
    )
    #expect(throws: FileError.missing(file: folder.path("nothing.safetensors"))) {
      try experiment("[{ loss: \"ce\" }]", ["student.load=nothing.safetensors"])
    }
  }
}
