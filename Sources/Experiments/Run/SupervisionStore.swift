import Distillation
import Foundation
import Tensors
import Training

/// The supervision of one student: a teacher, its outputs if they are known beforehand, and the
/// sampler of batches, which may depend on the teacher.
struct Supervision {
  let teacher: Model?
  let sampler: any Sampler
  let outputs: TeacherOutputs?
}

/// Makes the supervision of each student, and makes shared parts once.
///
/// All outputs that are held at a time fit the experiment's `teacherOutputLimit`. Outputs that no
/// later training reads are released. If there is no room for others, the outputs that are read
/// last are released; they are in the cache or are computed again.
struct SupervisionStore {
  /// The outputs of a particular teacher, which may be the student of one seed.
  private struct Key: Hashable {
    let source: OutputsKey
    let teacher: Learner
  }

  private let experiment: Experiment
  private let cache: String?
  /// The outputs that are worth holding.
  private let plan: [OutputsKey: OutputsToKeep]
  private var outputs: [Key: TeacherOutputs] = [:]
  private var samplers: [String: any Sampler] = [:]
  private var isCacheWritable = true

  /// The memory that outputs take at present, in bytes.
  var bytes: Int { outputs.values.reduce(0) { $0 + $1.bytes } }

  init(for experiment: Experiment, cachingIn cache: String?) throws {
    (self.experiment, self.cache) = (experiment, cache)
    plan = try experiment.outputsToKeep()
  }

  /// The supervision of the student of a row and seed, in a state in which its teacher is trained.
  ///
  /// If outputs cannot be kept in the cache, `uncached` receives the reason, once.
  ///
  /// - Throws: The errors of the sampler, and those that `uncached` throws.
  mutating func supervision(
    for row: Experiment.Row, seed: UInt64, _ state: RunState,
    uncached: (any Error) throws -> Void
  ) throws -> Supervision {
    let learner = Learner.student(row: row.name, seed: seed)
    makeRoom(
      for: key(of: learner), state.learnersToCome(of: experiment).compactMap(key(of:)))
    guard let name = experiment.teacher(of: learner) else {
      return Supervision(teacher: nil, sampler: try sampler(for: row, nil), outputs: nil)
    }
    guard case .teacher(let index) = name else {
      let teacher = state.teachingStudents[name]
      return Supervision(
        teacher: teacher, sampler: try sampler(for: row, teacher),
        outputs: try outputs(of: teacher, learner, uncached))
    }
    let teacher = state.teachers[index]?.network
    // The clusters of a teacher's features depend only on the parts of this key.
    let key = "\(index) \(row.images.count) \(row.settings.training.sampler)"
    let shared = try samplers[key] ?? sampler(for: row, teacher)
    samplers[key] = shared
    return Supervision(
      teacher: teacher, sampler: shared, outputs: try outputs(of: teacher, learner, uncached))
  }

  private func sampler(
    for row: Experiment.Row, _ teacher: Model?
  ) throws -> any Sampler {
    try row.settings.training.sampler.sampler(
      for: row.images, teacher: teacher, normalizedBy: experiment.data.normalization)
  }

  /// The held outputs that a student reads; `nil` if it reads none of them.
  private func key(of learner: Learner) -> Key? {
    guard let row = experiment.row(of: learner)?.row, let source = experiment.source(of: row),
      let teacher = experiment.teacher(of: learner), plan[source]?.rows.contains(row.name) == true
    else { return nil }
    return Key(source: source, teacher: teacher)
  }

  private mutating func outputs(
    of teacher: Model?, _ learner: Learner,
    _ uncached: (any Error) throws -> Void
  ) throws -> TeacherOutputs? {
    guard let wanted = key(of: learner), let teacher, let held = plan[wanted.source],
      let row = experiment.row(of: learner)?.row
    else { return nil }
    if let known = outputs[wanted] { return known }
    let (names, isMirrored) = (held.sizes.keys.sorted(), wanted.source.isMirrored)
    let normalization = experiment.data.normalization
    let file = path(of: wanted).map {
      TeacherOutputsFile(
        $0, of: teacher, on: row.images, giving: names, isMirrored: isMirrored,
        normalizedBy: normalization)
    }
    let read = file?.read()
    let found =
      read
      ?? TeacherOutputs(
        of: teacher, on: row.images, giving: names.map { OutputName($0) }, isMirrored: isMirrored,
        normalizedBy: normalization)
    outputs[wanted] = found
    guard let file, read == nil, isCacheWritable else { return found }
    do {
      try file.write(found)
    } catch {
      isCacheWritable = false
      try uncached(error)
    }
    return found
  }

  /// Releases outputs that none of the coming `trainings` reads, and, if there is no room for the
  /// `wanted` ones, those that are read last.
  private mutating func makeRoom(for wanted: Key?, _ trainings: [Key]) {
    outputs = outputs.filter { trainings.contains($0.key) }
    guard let wanted, outputs[wanted] == nil, let bytes = plan[wanted.source]?.bytes else { return }
    func next(_ key: Key) -> Int { trainings.firstIndex(of: key) ?? trainings.count }
    while self.bytes + bytes > experiment.teacherOutputLimit,
      let last = outputs.keys.max(by: { next($0) < next($1) })
    {
      outputs[last] = nil
    }
  }

  /// The file in which a teacher's outputs are kept; `nil` for a student that teaches, whose
  /// outputs are not kept.
  private func path(of key: Key) -> String? {
    guard case .teacher(let index) = key.teacher, let cache else { return nil }
    let name =
      "teacher-\(index + 1)-\(key.source.images)\(key.source.isMirrored ? "-mirrored" : "")"
    return (cache as NSString).appendingPathComponent(name + ".safetensors")
  }
}
