import Distillation
import TensorFiles
import Tensors
import Training

/// A state without its tensors and finished students, in the form that a checkpoint stores.
struct RunProgress: Codable {
  /// The teachers of all seeds, by their index among the experiment's teachers.
  var teachers: [Int: Teacher]
  /// The teachers of one seed each.
  var teachersOfSeeds: [TeacherOfSeed]?
  var current: Current?

  struct TeacherOfSeed: Codable {
    var index: Int
    var seed: UInt64
    var teacher: Teacher
  }

  struct Teacher: Codable {
    var summary: Results.Teacher
    /// The checksum of the weights, which are in a file of their own; empty if the training diverged.
    var checksum: String
    /// How the training diverged, if it did.
    var problem: String?
  }

  struct Current: Codable {
    var learner: Learner
    var history: [Epoch]
    var step: Int
    var optimizerSteps: Int
    var sums: LossSums
    var seconds: Double
  }

  init(of state: RunState) {
    // A loaded teacher is left out, because it is loaded again.
    teachers = [:]
    var ofSeeds: [TeacherOfSeed] = []
    for (learner, known) in state.teachers where !known.summary.isLoaded {
      let teacher = Teacher(
        summary: known.summary, checksum: known.checksum, problem: known.problem)
      switch learner {
      case .teacher(let index): teachers[index] = teacher
      case .teacherOfSeed(let index, let seed):
        ofSeeds.append(TeacherOfSeed(index: index, seed: seed, teacher: teacher))
      case .student, .candidate: break
      }
    }
    teachersOfSeeds = ofSeeds.isEmpty ? nil : ofSeeds
    current = state.current.map { current in
      let training = current.training
      return Current(
        learner: current.learner, history: training.history, step: training.step,
        optimizerSteps: training.trainee.optimizer.steps, sums: training.sums,
        seconds: training.seconds)
    }
  }

  /// All teachers that have ended.
  var all: [(learner: Learner, teacher: Teacher)] {
    teachers.sorted { $0.key < $1.key }.map { (.teacher($0), $1) }
      + (teachersOfSeeds ?? []).map { (.teacherOfSeed($0.index, seed: $0.seed), $0.teacher) }
  }

  /// The state with its tensors. The training that goes on takes `tensors`; every learner that is
  /// already trained takes the weights in its own `file`, which must be those that the run wrote.
  func state(
    of experiment: Experiment, _ tensors: [String: Tensor], students: [RunState.Student],
    file: (Learner) -> String
  ) throws -> RunState {
    func checked(_ learner: Learner, _ checksum: String) throws -> [String: Tensor] {
      let path = file(learner)
      do {
        let tensors = try TensorFile.read(path)
        if Checksum(of: tensors).text == checksum { return tensors }
      } catch let error as TensorFileError {
        throw ExperimentError.checkpoint(path: path, problem: "it is damaged: \(error.problem)")
      }
      throw ExperimentError.checkpoint(
        path: path, problem: "its weights are not the ones that the run wrote")
    }
    if let problem = problem(with: students) { throw ExperimentError.results(problem: problem) }
    var state = RunState()
    for (learner, teacher) in all {
      guard let index = learner.teacherIndex, experiment.teachers.indices.contains(index),
        let network = experiment.teachers[index].network
      else { continue }
      if let problem = teacher.problem {
        state.finish(RunState.Teacher(summary: teacher.summary, diverged: problem), learner)
        continue
      }
      let blank = Model.blank(network)
      let trained = try blank.replaced(with: checked(learner, teacher.checksum))
      state.finish(RunState.Teacher(summary: teacher.summary, network: trained), learner)
    }
    state = state.sorted(for: experiment)
    state.students = try students.map { try WithJSON($0) }
    let needed = Set(
      state.learnersToCome(of: experiment).flatMap(experiment.teachers(of:)))
    for student in students {
      guard let checksum = student.checksum else { continue }
      let weights = try checked(student.learner, checksum)
      guard needed.contains(student.learner), let row = experiment.row(of: student.learner)?.row
      else { continue }
      state.teachingStudents[student.learner] =
        try Model.blank(row.network).replaced(with: weights)
    }
    state.current = try current.flatMap { try $0.state(of: experiment, tensors) }
    return state
  }
}

extension RunProgress.Current {
  fileprivate func state(
    of experiment: Experiment, _ tensors: [String: Tensor]
  ) throws -> RunState.Current? {
    guard let (trainer, network, images) = experiment.training(of: learner) else { return nil }
    if let problem = problem(of: trainer.settings.length(images: images.count)) {
      throw ExperimentError.results(problem: problem)
    }
    var training = try trainer.start(
      Model.blank(network), on: images, normalizedBy: experiment.data.normalization)
    guard sums.values.count == training.sums.values.count else {
      throw TrainingError.foreignWeights("its loss has \(sums.values.count) terms")
    }
    try training.restore(tensors, optimizerSteps: optimizerSteps)
    (training.history, training.step) = (history, step)
    (training.sums, training.seconds) = (sums, seconds)
    return RunState.Current(learner: learner, training: training)
  }
}

extension Experiment {
  /// A trainer with a teacher of fresh weights, and the network and the images of a learner; `nil` if
  /// the recipe has none of this name.
  fileprivate func training(
    of learner: Learner
  ) -> (trainer: Trainer, network: any Network, images: ImageDataSet)? {
    switch learner {
    case .teacher(let index), .teacherOfSeed(let index, _):
      guard teachers.indices.contains(index), let network = teachers[index].network else {
        return nil
      }
      let teacher = teachers[index]
      return (
        Trainer(
          loss: teacher.loss, settings: teacher.settings.training, teacher: nil, name: "teacher",
          seed: 0), network, teacher.images
      )
    case .student(let name, _), .candidate(let name, _, _):
      // The losses of a row differ only in their weights.
      guard let row = rows.first(where: { $0.name == name }), let loss = row.losses.first else {
        return nil
      }
      let teachers = row.teachers.map { source(of: $0, Model.blank) }
      return (
        Trainer(
          loss: loss, settings: row.settings.training, teachers: teachers, name: name, seed: 0,
          sampler: nil, teacherOutputs: []),
        row.network, row.images
      )
    }
  }
}
