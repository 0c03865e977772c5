import Foundation
import Kindred
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Experiments
@testable import Training

/// Recipes whose teachers are files of outputs.
@Suite struct TeacherFileTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  static let rows = ["ce + kd", "kd + rkd"]
  static let flips = "student.training.augmentation={ flip: true }"
  static let plain = "student.training.augmentation={}"

  func experiment(_ rows: [String] = rows, _ changes: [String]) throws -> Experiment {
    try Experiment(
      ExperimentTests.recipe(rows, ["seeds=[1]"] + changes), registry: .linked, in: folder.path)
  }

  /// What must be equal to the bit: the losses of all epochs, the metrics, and the students' weights.
  struct Outcome: Equatable {
    var losses: [Double] = []
    var metrics: [[Double]] = []
    var weights: [String] = []
    var teachers: [Model] = []

    static func == (a: Outcome, b: Outcome) -> Bool {
      (a.losses, a.weights) == (b.losses, b.weights) && a.metrics == b.metrics
    }
  }

  func outcome(
    _ experiment: Experiment, from state: RunState = .init(),
    observing observe: @escaping (RunEvent, RunState) throws -> Void = { _, _ in }
  ) throws -> Outcome {
    var outcome = Outcome()
    let results = try experiment.run(from: state) { event, state in
      switch event {
      case .student(_, let network, _):
        outcome.weights.append(Checksum(of: network.weights.tensors).text)
      case .teacher(_, _, let network): outcome.teachers.append(network)
      default: break
      }
      try observe(event, state)
    }
    outcome.losses = results.rows.flatMap { $0.history.flatMap { $0.epochs.map { $0.loss } } }
    outcome.metrics = results.rows.map { row in
      row.metrics.sorted { $0.key < $1.key }.flatMap { $0.value.values }
    }
    #expect(!outcome.weights.isEmpty)
    return outcome
  }

  /// The outputs of a network on all images of the data, and `…@mirrored` on the mirrored ones.
  func outputs(_ network: Model, _ experiment: Experiment) -> [String: Tensor] {
    let data = experiment.data
    let known = TeacherOutputs(
      of: network, on: data.all, giving: ["logits", "embedding"], isMirrored: true,
      normalizedBy: data.normalization)
    var arrays: [String: Tensor] = [:]
    for (name, tensor) in known.tensors {
      arrays[name] = tensor.rows(Array(0..<data.all.count))
      arrays["\(name)@mirrored"] = tensor.rows(Array(data.all.count..<2 * data.all.count))
    }
    return arrays
  }

  /// The outcome with a network, and what the network says of all images.
  func trained(_ changes: [String]) throws -> (outcome: Outcome, outputs: [String: Tensor]) {
    let networks = try experiment(changes)
    let outcome = try outcome(networks)
    return (outcome, outputs(try #require(outcome.teachers.first), networks))
  }

  func experiment(_ changes: [String]) throws -> Experiment {
    try experiment(Self.rows, changes)
  }

  static func teacher(_ file: String, _ more: String = "") -> String {
    "teacher={ outputs: \"\(file)\"\(more) }"
  }

  // MARK: - What a student learns

  @Test(arguments: [(plain, "npz"), (flips, "npz"), (flips, "safetensors")])
  func aFileTeachesAsItsNetworkDoes(_ augmentation: String, _ format: String) throws {
    let (expected, outputs) = try trained([augmentation])
    let needed = outputs.filter { augmentation == Self.flips || !$0.key.contains("@") }
    try TensorFile.write(needed, to: folder.path("teacher.\(format)"))
    let found = try outcome(
      experiment([augmentation, Self.teacher("teacher.\(format)")]))
    #expect(found == expected)
    #expect(found.teachers.isEmpty)
  }

  /// Outputs that are fixed stand for images that augmentation changes, in place of a view that the file lacks.
  @Test func fixedOutputs() throws {
    let (_, outputs) = try trained([Self.flips])
    let plain = outputs.filter { !$0.key.contains("@") }
    try TensorFile.write(plain, to: folder.path("plain.npz"))
    let twice = plain.merging(plain.map { ("\($0)@mirrored", $1) }) { $1 }
    try TensorFile.write(twice, to: folder.path("twice.npz"))
    #expect(
      try outcome(experiment([Self.flips, Self.teacher("plain.npz", ", fixed: true")]))
        == outcome(experiment([Self.flips, Self.teacher("twice.npz")])))
    _ = try outcome(
      experiment([
        "student.training.augmentation={ crop: 1, shift: 1 }",
        Self.teacher("plain.npz", ", fixed: true"),
      ]))
  }

  /// The rows may stand in any order.
  @Test func anIndexSaysWhichImagesTheRowsAreOf() throws {
    let (expected, outputs) = try trained([Self.plain])
    var order = Array(0..<64)
    var random = Random(seed: 3, "test")
    random.shuffle(&order)
    try TensorFile.writeArchive(
      outputs.mapValues { $0.rows(order) }, wholes: ["index": order], to: folder.path("t.npz"))
    #expect(try outcome(experiment([Self.plain, Self.teacher("t.npz")])) == expected)
  }

  /// All networks are then trained on the images that the file covers, and on no others.
  @Test func aFileMayCoverSomeImages() throws {
    let whole = try experiment(["data.train=80", "student.training.images=30", Self.plain])
    let network = try #require(try outcome(whole).teachers.first)
    let outputs = outputs(network, whole)
    let covered = (0..<80).filter { !$0.isMultiple(of: 4) }
    try TensorFile.writeArchive(
      outputs.mapValues { $0.rows(covered) }, wholes: ["index": covered], to: folder.path("t.npz"))
    let partial = try experiment([
      "data.train=80", "student.training.images=30", Self.plain, Self.teacher("t.npz"),
    ])
    #expect(partial.data.training.count == 60)
    #expect(partial.data.all.count == 80)
    let images = partial.rows[0].images
    #expect(images.count == 30)
    let stored = try #require(partial.teachers[0].stored)
    #expect((stored.summary.rows, stored.summary.images) == (60, 80))
    for batch in Batches(of: images, size: 10, normalization: partial.data.normalization) {
      let places = batch.indices.map(images.place)
      #expect(places.allSatisfy { covered.contains($0) })
      let said = try stored.outputs(on: batch, giving: ["logits"])
      #expect(said.tensors["logits"]?.scalars == outputs["logits"]?.rows(places).scalars)
    }
    #expect(
      partial.data.normalization == PixelNormalization(of: partial.data.training))
    _ = try outcome(partial)
    // A file that no loss reads leaves out no image.
    let unread = try experiment(["ce"], ["data.train=80", Self.teacher("t.npz")])
    #expect(unread.data.training.count == 80)
  }

  /// Several files are several teachers, also beside a network.
  @Test(arguments: [
    [#"{ outputs: "1.npz" }"#, #"{ outputs: "2.safetensors", name: "small" }"#],
    [networks[0], #"{ outputs: "2.safetensors", name: "small" }"#],
    [#"{ outputs: "1.npz" }"#, networks[1]],
  ])
  func severalFilesAreSeveralTeachers(_ teachers: [String]) throws {
    let rows = ["kd", "kd(teacher: small)", "ce + kd + kd(teacher: 2)", "kd(teacher: mean)"]
    func list(_ teachers: [String]) -> String { "teacher=[\(teachers.joined(separator: ","))]" }
    let networks = try experiment(rows, [Self.plain, list(Self.networks)])
    let expected = try outcome(networks)
    for (network, file) in zip(expected.teachers, ["1.npz", "2.safetensors"]) {
      try TensorFile.write(outputs(network, networks), to: folder.path(file))
    }
    let files = try experiment(rows, [Self.plain, list(teachers)])
    #expect(try outcome(files) == expected)
    let names = try #require(files.files).map { $0.name }
    #expect(names.allSatisfy { $0 == "1.npz" || $0 == "small (2.safetensors)" })
  }

  static let networks = [
    #"{ network: "mlp:16", training: { epochs: 1, batch: 32 } }"#,
    #"{ name: "small", network: "mlp:6", training: { epochs: 1, batch: 32 } }"#,
  ]

  /// The file's last stage is that of the greatest number, whatever the file's other names are.
  @Test func theLastStageOfAFile() throws {
    var random = Random(seed: 4, "test")
    let (stage, other) = (
      random.normal(shape: [64, 3, 2, 2]), random.normal(shape: [64, 3, 2, 2])
    )
    let changes = [Self.plain, "student.network=resnet8:1", "student.training.epochs=1"]
    let losses = try [
      ["stage2": other, "stage10": stage], ["stage1": stage, "early": other], ["stage1": other],
    ].enumerated().map { index, arrays in
      try TensorFile.write(arrays, to: folder.path("\(index).npz"))
      return try outcome(
        experiment(["sp(layer: lastStage)"], changes + [Self.teacher("\(index).npz")])
      ).losses
    }
    #expect(losses[0] == losses[1])
    #expect(losses[0] != losses[2])
  }

  /// A row's own file takes the place of the recipe's network, and a row's own network that of a file.
  @Test func aRowMayHaveATeacherOfItsOwn() throws {
    let (expected, outputs) = try trained([Self.plain])
    try TensorFile.write(outputs, to: folder.path("t.npz"))
    let network = #"{ network: "mlp:16", training: { epochs: 2, batch: 32 } }"#
    for (all, own) in [(network, #"{ outputs: "t.npz" }"#), (#"{ outputs: "t.npz" }"#, network)] {
      let rows = """
        rows=[{ loss: "ce + kd", teacher: \(own) }, { loss: "kd + rkd" }]
        """
      #expect(try outcome(experiment([Self.plain, "teacher=\(all)", rows])) == expected)
    }
  }

  // MARK: - Resuming

  private struct Stop: Error {}

  @Test func aRunGoesOnToTheBit() throws {
    let changes = [Self.flips, Self.teacher("t.npz"), "student.training.epochs=3"]
    let (_, outputs) = try trained([Self.flips])
    try TensorFile.write(outputs, to: folder.path("t.npz"))
    let expected = try outcome(experiment(["kd + rkd"], changes))
    let checkpoint = try RunCheckpoint(
      of: experiment(["kd + rkd"], changes), in: folder.path, version: "1")
    #expect(throws: Stop.self) {
      try outcome(experiment(["kd + rkd"], changes)) { event, state in
        guard case .training(_, .epoch) = event else { return }
        try checkpoint.save(state)
        throw Stop()
      }
    }
    func restored() throws -> (Experiment, RunState) {
      let again = try experiment(["kd + rkd"], changes)
      let checkpoint = try RunCheckpoint(of: again, in: folder.path, version: "1")
      return (again, try checkpoint.restore(file: { _ in "" }) { _ in })
    }
    let (again, state) = try restored()
    #expect(try outcome(again, from: state) == expected)
    // Another file is another run, even if a single number differs.
    var changed = outputs
    changed["logits"] = outputs["logits"].map { $0 + 1e-3 }
    try TensorFile.write(changed, to: folder.path("t.npz"), overwriting: true)
    do {
      _ = try restored()
      Issue.record("it goes on")
    } catch {
      #expect("\(error)".contains("the teacher's file was "), "\(error)")
    }
  }
}
