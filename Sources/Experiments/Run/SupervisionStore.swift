import Distillation
import Foundation
import Tensors
import Training

/// The supervision of one student: its teachers, the outputs of each if they are known beforehand, and
/// the sampler of batches, which may depend on the first teacher.
struct Supervision {
  let teachers: [TeacherSource]
  let sampler: any Sampler
  let outputs: [TeacherOutputs?]
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
    /// The seed of the images, if each seed has its own.
    let seed: UInt64?
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
      for: keys(of: learner).compactMap { $0 },
      state.learnersToCome(of: experiment).map { keys(of: $0).compactMap { $0 } })
    let names = experiment.teachers(of: learner)
    let teachers = names.compactMap { name -> TeacherSource? in
      guard let index = name.teacherIndex else {
        return state.teachingStudents[name].map { .network($0) }
      }
      return experiment.teachers[index].stored.map { .file($0) }
        ?? state.teacher(name)?.network.map { .network($0) }
    }
    var outputs: [TeacherOutputs?] = []
    for (key, teacher) in zip(keys(of: learner), teachers) {
      guard let key, let model = teacher.model else {
        outputs.append(nil)
        continue
      }
      outputs.append(try self.outputs(of: model, key, row, uncached))
    }
    return Supervision(
      teachers: teachers, sampler: try sampler(for: row, of: names.first, teachers.first?.model),
      outputs: outputs)
  }

  /// The sampler of a row. That of a teacher that is no student is made once.
  private mutating func sampler(
    for row: Experiment.Row, of name: Learner?, _ teacher: Model?
  ) throws -> any Sampler {
    guard case .teacher(let index) = name, experiment.recipe.data.seed != .each else {
      return try sampler(for: row, teacher)
    }
    // The clusters of a teacher's features depend only on the parts of this key.
    let key = "\(index) \(row.images.count) \(row.settings.training.sampler)"
    let shared = try samplers[key] ?? sampler(for: row, teacher)
    samplers[key] = shared
    return shared
  }

  private func sampler(
    for row: Experiment.Row, _ teacher: Model?
  ) throws -> any Sampler {
    try row.settings.training.sampler.sampler(
      for: row.images, teacher: teacher, normalizedBy: experiment.data.normalization)
  }

  /// The held outputs of each teacher that a student reads; `nil` where it holds none. Those of the first
  /// teachers are held, as far as they fit the limit together.
  private func keys(of learner: Learner) -> [Key?] {
    guard let row = experiment.row(of: learner)?.row else { return [] }
    var bytes = 0
    return zip(experiment.sources(of: row), experiment.teachers(of: learner)).map {
      source, teacher in
      guard let source, let held = plan[source], held.rows.contains(row.name),
        bytes + held.bytes <= experiment.teacherOutputLimit
      else { return nil }
      bytes += held.bytes
      return Key(
        source: source, teacher: teacher,
        seed: experiment.recipe.data.seed == .each ? learner.seed : nil)
    }
  }

  private mutating func outputs(
    of teacher: Model, _ wanted: Key, _ row: Experiment.Row,
    _ uncached: (any Error) throws -> Void
  ) throws -> TeacherOutputs? {
    guard let held = plan[wanted.source] else { return nil }
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
  private mutating func makeRoom(for wanted: [Key], _ trainings: [[Key]]) {
    outputs = outputs.filter { held in trainings.contains { $0.contains(held.key) } }
    let missing = wanted.filter { outputs[$0] == nil }
    let bytes = missing.reduce(0) { $0 + (plan[$1.source]?.bytes ?? 0) }
    guard bytes > 0 else { return }
    func next(_ key: Key) -> Int {
      trainings.firstIndex { $0.contains(key) } ?? trainings.count
    }
    while self.bytes + bytes > experiment.teacherOutputLimit,
      let last = outputs.keys.filter({ !wanted.contains($0) }).max(by: { next($0) < next($1) })
    {
      outputs[last] = nil
    }
  }

  /// The file in which a teacher's outputs are kept; `nil` for a student that teaches, whose
  /// outputs are not kept.
  private func path(of key: Key) -> String? {
    guard let index = key.teacher.teacherIndex, let cache else { return nil }
    let seed = (key.teacher.seed ?? key.seed).map { "-seed\($0)" } ?? ""
    let name =
      "teacher-\(index + 1)\(seed)-\(key.source.images)\(key.source.isMirrored ? "-mirrored" : "")"
    return (cache as NSString).appendingPathComponent(name + ".safetensors")
  }
}
