import Foundation
import Kindred

@testable import Experiments
@testable import TensorFiles
@testable import Training

extension FuzzTarget {
  /// A run's state with the right checksum and the right weights. The first line is its progress,
  /// and the second its finished students. A run can go on from every state that is restored.
  static let runState = FuzzTarget(name: "run-state") { bytes in
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    let state = accepted(unless: ExperimentError.self, FileError.self) {
      try SmallRun.restored(progress: "\(lines[0])", students: lines.count > 1 ? "\(lines[1])" : "")
    }
    guard let state else { return }
    _ = state.epochs
    _ = accepted(unless: TrainingError.self) {
      try SmallRun.experiment.run(from: state) { _, _ in }.json
    }
  }
}

/// The smallest run with a teacher, two rows and weights to choose from, and its files.
enum SmallRun {
  static let experiment: Experiment = required("the small recipe is none") {
    let recipe = """
      { data: { set: "glyphs", train: 64, test: 16 },
        teacher: { network: "mlp:2", training: { epochs: 1, batch: 32, images: 32 } },
        student: { network: "mlp:2", training: { epochs: 2, batch: 16, images: 32 } },
        rows: [{ name: "ce", loss: "ce" },
          { name: "kd", loss: "ce + weight*kd", weights: [0.5, 1] }],
        validation: { images: 16 } }
      """
    return try Experiment(Recipe.read(Data(recipe.utf8)), registry: .linked)
  }

  /// The state that `RunCheckpoint` restores from a file with this progress and these students.
  static func restored(progress: String, students: String) throws -> RunState {
    let checkpoint = try RunCheckpoint(of: experiment, in: folder, version: "1")
    var (metadata, tensors) = saved
    (metadata["progress"], metadata["students"]) = (progress, students)
    metadata["checksum"] = RunCheckpoint.checksum(of: metadata, tensors)
    try TensorFile.write(
      tensors, to: folder + "/" + RunCheckpoint.names.last, metadata: metadata, overwriting: true)
    return try checkpoint.restore(file: file) { _ in }
  }

  private static let folder: String = {
    let folder = Scratch.path("run")
    required("no folder") {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    return folder
  }()

  private static func file(_ learner: Learner) -> String {
    switch learner {
    case .teacher, .teacherOfSeed: folder + "/teacher.safetensors"
    case .student(let row, _), .candidate(let row, _, _):
      folder + (row == "kd" ? "/kd.safetensors" : "/ce.safetensors")
    }
  }

  /// The state in the middle of the last student's training.
  private static let saved: (metadata: [String: String], tensors: [String: Tensor]) = required(
    "the small run cannot be saved"
  ) {
    struct Stop: Error {}
    let checkpoint = try RunCheckpoint(of: experiment, in: folder, version: "1")
    do {
      _ = try experiment.run { event, state in
        switch event {
        case .teacher(let learner, _, let network):
          try Checkpoint.save(network, to: file(learner), classes: 16, overwriting: true)
        case .student(let learner, let network, _):
          try Checkpoint.save(network, to: file(learner), classes: 16, overwriting: true)
        default: break
        }
        guard case .student("kd", 1) = state.position?.learner, state.position?.steps == 1 else {
          return
        }
        try checkpoint.save(state)
        throw Stop()
      }
    } catch is Stop {}
    let path = folder + "/" + RunCheckpoint.names.last
    let metadata = try TensorFile.metadata(of: path)
    // The seed of the corpus, written again if the format changes.
    if let seed = ProcessInfo.processInfo.environment["FUZZ_WRITE_SEED"] {
      let text = "\(metadata["progress"] ?? "")\n\(metadata["students"] ?? "")"
      try AtomicFile.write(text, to: seed, overwriting: true)
    }
    return (metadata, try TensorFile.read(path))
  }
}
