import Distillation
import Foundation
import Tensors

/// What the students of each row learn from: a teacher, its outputs where they are known beforehand,
/// and the batches that it may decide on. What rows share is made once.
struct Lessons {
  struct Lesson {
    let teacher: TrainedNetwork?
    let sampler: any Sampler
    let outputs: TeacherOutputs?
  }

  private struct Key: Hashable {
    let teacher: Int
    let images: Int
    let isMirrored: Bool
  }

  private let experiment: Experiment
  private let cache: String?
  /// With `nil` of those that are too large to be held.
  private var outputs: [Key: TeacherOutputs?] = [:]
  private var samplers: [String: any Sampler] = [:]

  init(of experiment: Experiment, cachingIn cache: String?) {
    (self.experiment, self.cache) = (experiment, cache)
  }

  /// That of a row and seed, in a state in which its teacher is trained.
  mutating func lesson(
    for row: Experiment.Row, seed: UInt64, _ state: Experiment.State
  ) throws -> Lesson {
    let training = row.settings.training
    func sampler(_ teacher: TrainedNetwork?) throws -> any Sampler {
      try training.sampler.sampler(
        for: row.images, teacher: teacher, normalizedBy: experiment.data.normalization)
    }
    switch row.teacher {
    case nil: return Lesson(teacher: nil, sampler: try sampler(nil), outputs: nil)
    case .student(let index):
      let learner = Experiment.Learner.student(row: experiment.rows[index].name, seed: seed)
      let teacher = state.teachingStudents[learner]
      return Lesson(
        teacher: teacher, sampler: try sampler(teacher),
        outputs: try teacher.flatMap { try outputs(of: $0, for: [row], file: nil) })
    case .trained(let index):
      let teacher = state.teachers[index]?.network
      // Clusters of a teacher's features depend on nothing but what is named here.
      let name = "\(index) \(row.images.count) \(training.sampler)"
      let shared = try samplers[name] ?? sampler(teacher)
      samplers[name] = shared
      let key = Key(
        teacher: index, images: row.images.count, isMirrored: training.augmentation.flip)
      if let teacher, outputs[key] == nil {
        let alike = experiment.rows.filter {
          $0.teacher == row.teacher && $0.images.count == key.images
            && $0.settings.training.augmentation.flip == key.isMirrored
        }
        let file = cache.map {
          ($0 as NSString).appendingPathComponent(
            "teacher-\(index + 1)-\(key.images)\(key.isMirrored ? "-mirrored" : "").safetensors")
        }
        outputs[key] = .some(try outputs(of: teacher, for: alike, file: file))
      }
      return Lesson(
        teacher: teacher, sampler: shared, outputs: isKnown(row) ? outputs[key].flatMap { $0 } : nil
      )
    }
  }

  private func isKnown(_ row: Experiment.Row) -> Bool {
    TeacherOutputs.areKnown(
      row.losses.flatMap { $0.outputs(of: .teacher) }, under: row.settings.training.augmentation)
  }

  /// The outputs that rows of the same images read, where an epoch has those of the one before it.
  private func outputs(
    of teacher: TrainedNetwork, for rows: [Experiment.Row], file: String?
  ) throws -> TeacherOutputs? {
    guard let first = rows.first else { return nil }
    let names = Set(
      rows.filter(isKnown).flatMap { $0.losses.flatMap { $0.outputs(of: .teacher) } })
    guard !names.isEmpty else { return nil }
    return try TeacherOutputs(
      of: teacher, on: first.images, giving: names.sorted(),
      isMirrored: first.settings.training.augmentation.flip,
      normalizedBy: experiment.data.normalization, file: file)
  }
}
