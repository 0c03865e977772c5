import Foundation
import Kindred
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Experiments
@testable import Training

/// Runs that go on from a state in a file.
@Suite struct RunCheckpointTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  struct Stop: Error {}

  func experiment(_ changes: [String] = []) throws -> Experiment {
    try Experiment(
      ExperimentTests.recipe(["ce", "kd + rkd"], ["seeds=[1]"] + changes), registry: .linked)
  }

  func checkpoint(_ experiment: Experiment, version: String = "1") throws -> RunCheckpoint {
    try RunCheckpoint(of: experiment, in: folder.path, version: version)
  }

  func file(_ learner: Learner) -> String {
    switch learner {
    case .teacher(let index): folder.path("teacher-\(index).safetensors")
    case .teacherOfSeed(let index, let seed): folder.path("teacher-\(index)-\(seed).safetensors")
    case .student(let row, let seed), .candidate(let row, _, let seed):
      folder.path("\(row)-\(seed).safetensors")
    }
  }

  /// Runs from a state up to an event, counted from 0, and saves the state after it.
  ///
  /// If the run is not stopped, the result is its results with the weights of all trained networks.
  func run(
    _ experiment: Experiment, from state: RunState = .init(), upTo last: Int = .max
  ) throws -> String {
    var count = 0
    var text = ""
    let results = try experiment.run(from: state, cachingIn: folder.path("cache")) { event, state in
      switch event {
      case .teacher(let learner, _, let network):
        try Checkpoint.save(network, to: file(learner), classes: 16, overwriting: true)
      case .student(let learner, let network, _):
        try Checkpoint.save(network, to: file(learner), classes: 16, overwriting: true)
      default: break
      }
      if count == last {
        try checkpoint(experiment).save(state)
        throw Stop()
      }
      count += 1
      text = state.students.map { "\($0.row) \($0.checksum ?? "")\n" }.joined()
      text += state.epochs.map { "\($0.learner) \($0.epoch.epoch) \($0.epoch.loss)\n" }.joined()
    }
    return try text + ExperimentTests.withoutSeconds(results)
  }

  /// Saves the state after an event, replacing any earlier one.
  func interrupt(_ experiment: Experiment, after event: Int) throws {
    #expect(throws: Stop.self) { try run(experiment, upTo: event) }
  }

  func restore(_ experiment: Experiment, version: String = "1") throws -> RunState {
    try checkpoint(experiment, version: version).restore(file: file) { _ in }
  }

  @Test(arguments: [
    [],
    [
      "student.network=resnet8:1", "teacher.training.epochs=1", "student.training.images=32",
      "student.training.optimizer.method=adam", "student.training.sampler.name=superclassUniform",
      "rows.1.loss=ce + vrm.sample",
    ],
    ["student.training.epochs=0", "evaluation.recall=[1]"],
    ["rows.1.loss=ce + ramp(uncertainty(kd, rkd.distance), from: 0.5, start: 0.5)"],
    [
      "rows.1.loss=uncertainty(ce, kd) + gradientNorm(logits, rkd.angle)",
      "student.training.optimizer.method=adam",
    ],
    // This recipe has weights to choose, one of which diverges; a second teacher; a student that
    // teaches; and outputs that are computed once.
    [
      "student.training.augmentation={flip: true}", "student.training.epochs=1",
      "validation.images=16",
      """
      rows=[
        { name: "ce", loss: "ce" },
        { name: "w", loss: "ce + kd + weight*logits", weights: [1e30, 1, 2] },
        { name: "other", loss: "kd", teacher: { network: "mlp:4" } },
        { name: "self", loss: "kd", taughtBy: "ce" },
      ]
      """,
    ],
    // Each seed has a teacher and images of its own, and so have the students that try a weight.
    [
      "teacher.seed=each", "data.seed=each", "student.training.images=32",
      "teacher.training.images=32", "student.training.epochs=1", "validation.images=16",
      #"rows=[{ name: "w", loss: "ce + weight*kd", weights: [1, 2] }, { loss: "rkd" }]"#,
    ],
    // These students diverge, at once and in their second epoch, some of them with weights to
    // choose from. One of them was to teach.
    [
      "validation.images=16", "student.training.images=32",
      """
      rows=[
        { name: "ce", loss: "ce" },
        { name: "late", loss: "ce + 1e38*ramp(logits, start: 0.25)" },
        { name: "pupil", loss: "kd", taughtBy: "late" },
        { name: "w", loss: "ce + weight*ramp(logits, start: 0.25)", weights: [1e38, 1] },
        { name: "none", loss: "weight*logits", weights: [1e38, 2e38] },
      ]
      """,
    ],
  ])
  func everyEventIsAPlaceToGoOnFrom(_ changes: [String]) throws {
    let experiment = try experiment(changes)
    let expected = try run(experiment)
    var events = 0
    _ = try experiment.run { _, _ in events += 1 }
    for last in 0..<events {
      try interrupt(experiment, after: last)
      #expect(try run(experiment, from: restore(experiment)) == expected, "event \(last)")
    }
  }

  @Test func noByteMayBeAnother() throws {
    let experiment = try experiment()
    try interrupt(experiment, after: 12)
    let path = folder.path(RunCheckpoint.names.last)
    let good = [UInt8](try Data(contentsOf: URL(filePath: path)))
    _ = try restore(experiment)
    var random = Random(seed: 1, "damage")
    for _ in 0..<100 {
      var bytes = good
      let place = random.integer(below: bytes.count)
      bytes[place] ^= 1 << UInt8(random.integer(below: 8))
      try Data(bytes).write(to: URL(filePath: path))
      #expect(throws: ExperimentError.self, "byte \(place)") { try restore(experiment) }
      try Data(good.prefix(place)).write(to: URL(filePath: path))
      #expect(throws: ExperimentError.self, "\(place) bytes") { try restore(experiment) }
    }
  }

  /// The file has the right checksum, but its content is impossible in any run.
  @Test(arguments: [
    (#""step":2"#, #""step":-9223372036854775808"#, "step -9223372036854775808 is not from 0 to 2"),
    (#""step":2"#, #""step":3"#, "step 3 is not from 0 to 2"),
    (
      #""optimizerSteps":\d+"#, #""optimizerSteps":9223372036854775807"#,
      "the optimizer has taken 9223372036854775807 steps, and not 0 to 4"
    ),
    (#""steps":\d+"#, #""steps":-1"#, "its sums do not belong to 2 steps"),
    (#""examples":\d+"#, #""examples":9223372036854775807"#, "its sums do not belong to 2 steps"),
    (#""seconds":[^,}]+"#, #""seconds":1e300"#, nil),
    (
      #""history":\[\]"#,
      #""history":[{"epoch":-1,"rate":1,"loss":1,"terms":[],"accuracy":1,"seconds":1}]"#,
      "it has an epoch -1, and not 1 to 1000000"
    ),
    (#""step":2"#, #""step":2,"step":3"#, nil),
  ])
  func aForgedStateIsRefused(_ pattern: String, _ forged: String, _ problem: String?) throws {
    let experiment = try experiment()
    let path = folder.path(RunCheckpoint.names.last)
    var event = 0
    // The training is in its first epoch, which has two steps.
    repeat {
      try interrupt(experiment, after: event)
      event += 1
    } while try restore(experiment).position.map { $0.steps != 2 } ?? true
    var metadata = try TensorFile.metadata(of: path)
    let tensors = try TensorFile.read(path)
    let progress = try #require(metadata["progress"])
    metadata["progress"] = try progress.replacing(Regex(pattern), with: forged)
    #expect(metadata["progress"] != progress, "\(progress)")
    metadata["checksum"] = RunCheckpoint.checksum(of: metadata, tensors)
    try TensorFile.write(tensors, to: path, metadata: metadata, overwriting: true)
    try? FileManager.default.removeItem(atPath: folder.path(RunCheckpoint.names.previous))
    let error = #expect(throws: ExperimentError.self) { try restore(experiment) }
    let start = "the run cannot go on from '\(path)': its progress is not a run's: "
    #expect(error?.description.hasPrefix(start) == true, "\(error.debugDescription)")
    if let problem { #expect(error?.description == start + problem) }
  }

  /// If the last file is damaged, the one before it serves, and the next save does not lose it.
  @Test func theOneBeforeIsKept() throws {
    let experiment = try experiment()
    try interrupt(experiment, after: 4)
    let early = try restore(experiment).position?.steps
    try interrupt(experiment, after: 5)
    #expect(try restore(experiment).position?.steps != early)
    let paths = [RunCheckpoint.names.last, RunCheckpoint.names.previous].map(folder.path)
    let before = try Data(contentsOf: URL(filePath: paths[1]))
    try Data("nothing".utf8).write(to: URL(filePath: paths[0]))

    var refusals: [String] = []
    let state = try checkpoint(experiment).restore(file: file) { refusals.append("\($0)") }
    #expect(state.position?.steps == early)
    #expect(
      refusals == [
        "the run cannot go on from '\(paths[0])': it is damaged: 7 bytes are too few for a "
          + ".safetensors file"
      ])
    #expect(try Data(contentsOf: URL(filePath: paths[0])) == before)
    try checkpoint(experiment).save(state)
    #expect(try Data(contentsOf: URL(filePath: paths[1])) == before)
  }

  @Test func whatHasChangedIsSaid() throws {
    let experiment = try experiment()
    try interrupt(experiment, after: 12)
    func problem(_ experiment: Experiment, version: String = "1") throws -> String {
      let error = #expect(throws: ExperimentError.self) {
        try restore(experiment, version: version)
      }
      guard case .checkpoint(_, let problem) = error else { return "\(error as Any)" }
      return problem
    }
    #expect(
      try problem(self.experiment(["student.training.optimizer.rate=0.1"]))
        == "the recipe has changed: student.training.optimizer.rate was 0.05, now 0.1")
    #expect(
      try problem(self.experiment(["name=other"]))
        == #"the recipe has changed: name was "", now "other""#)
    #expect(try problem(experiment, version: "2") == "it was written by version 1, and this is 2")
    let kernels = try #require(Kernels.available.last)
    if "\(kernels)" != "\(Kernels.current)" {
      let other = try Kernels.$current.withValue(kernels) { try problem(experiment) }
      #expect(other == "the kernels were \(Kernels.current), now \(kernels)")
    }

    let path = folder.path(RunCheckpoint.names.last)
    let metadata = try TensorFile.metadata(of: path).merging(["format": "kindred-run/1"]) { $1 }
    try TensorFile.write(
      TensorFile.read(path), to: path, metadata: metadata, overwriting: true)
    #expect(try problem(experiment) == "its format is kindred-run/1, not kindred-run/2")
    try TensorFile.write(["a": Tensor(1)], to: path, overwriting: true)
    #expect(try problem(experiment) == "its format is unknown, not kindred-run/2")
  }

  @Test func aSeedOfManyDigitsIsNotAnother() throws {
    func recipe(_ seed: UInt64) throws -> Recipe {
      var recipe = try ExperimentTests.recipe(["ce"])
      recipe.seeds = [seed]
      return recipe
    }
    let (one, two) = (try recipe(1 << 60), try recipe(1 << 60 + 1))
    #expect(try one.change(to: one) == nil)
    #expect(try one.change(to: two) != nil)
  }

  @Test func aLoadedTeacherMustBeTheSame() throws {
    let first = try experiment()
    _ = try run(first)
    let load = "teacher.load=\(file(.teacher(0)))"
    let loading = try experiment([load])
    let expected = try run(loading)
    try interrupt(loading, after: 9)
    #expect(try run(loading, from: restore(loading)) == expected)

    var tensors = try TensorFile.read(file(.teacher(0)))
    tensors = tensors.mapValues { ($0 * 2).detached }
    try TensorFile.write(tensors, to: file(.teacher(0)), overwriting: true)
    let error = try #require(throws: ExperimentError.self) { try restore(experiment([load])) }
    #expect("\(error)".contains("the loaded teacher was "))
  }
}
