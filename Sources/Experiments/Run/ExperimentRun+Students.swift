import Distillation
import TensorFiles
import Training

extension ExperimentRun {
  /// Trains a row's student and measures it. If the training fails, the reason is recorded. If the
  /// student was trained before, nothing happens.
  ///
  /// A student is tested on the test images; one that tries a weight is tested on the images by
  /// which weights are chosen.
  mutating func addStudent(_ learner: Learner, of row: Experiment.Row) throws {
    guard let seed = learner.seed, !state.isFinished(learner) else { return }
    let tried = learner.triedWeight
    if let tried, !isTried(tried, in: row) { return try leaveOut(learner, tried) }
    if let divergence = divergenceOfTeacher(of: learner) {
      return try note(divergence, of: learner, after: [])
    }
    if tried == nil, let divergence = divergence(before: row, seed: seed) {
      return try note(divergence, of: learner, after: [])
    }
    let assignment = try assignment(of: learner, in: row, seed: seed)
    let end: Trainer.State
    switch try train(assignment) {
    case .trained(let state): end = state
    case .diverged(let error, let history):
      let divergence = Results.Divergence(
        seed: seed, learner: .student, problem: error.divergence ?? "")
      return try note(divergence, of: learner, after: history)
    }
    let student = assignment.trainer.student(end.trainee)
    let metrics = try assignment.evaluation.metrics(
      of: student, after: end.history, trainedOn: row.images, in: assignment.data,
      assignment.trainer, end.trainee.lossState)
    try state.finish(
      RunState.Student(
        row: row.name, seed: seed, weight: tried, metrics: metrics, history: end.history,
        checksum: tried == nil ? Checksum(of: student.weights.tensors).text : nil))
    state.teachingStudents[learner] = student
    state.dismissTeachers(of: experiment)
    let metric = tried == nil ? "accuracy" : experiment.recipe.validation.metric
    try report(.student(learner, student, metric: metrics[metric]), state)
  }

  /// Whether a weight is tried: it is one of the recipe's, or the best of those before it is at its end.
  private func isTried(_ weight: Double, in row: Experiment.Row) -> Bool {
    let before = row.grid.before(weight)
    let best = state.choice(of: row, among: before, by: experiment.recipe.validation)
    return row.grid.isNext(weight, after: best?.weight)
  }

  /// Records that a weight beyond an end is not tried.
  private mutating func leaveOut(_ learner: Learner, _ weight: Double) throws {
    guard let row = learner.row, let seed = learner.seed else { return }
    try state.finish(
      RunState.Student(
        row: row, seed: seed, weight: weight, metrics: [:], history: [], checksum: nil,
        isLeftOut: true, divergence: nil))
    try report(.leftOut(learner), state)
  }

  private mutating func assignment(
    of learner: Learner, in row: Experiment.Row, seed: UInt64
  ) throws -> Assignment {
    let (recipe, data) = (experiment.recipe, experiment.data)
    let tried = learner.triedWeight
    let weight = tried ?? state.choice(of: row, by: recipe.validation)?.weight
    let (report, state) = (report, state)
    let supervision = try store.supervision(for: row, seed: seed, state) {
      try report(.uncached($0), state)
    }
    let trainer = Trainer(
      loss: row.loss(weight: weight), settings: row.settings.training,
      teachers: supervision.teachers, name: row.name, weight: weight, seed: seed,
      sampler: supervision.sampler, teacherOutputs: supervision.outputs,
      classifier: row.classifier)
    return Assignment(
      learner: learner, trainer: trainer, start: experiment.initialStudent(of: row, seed: seed),
      images: row.images,
      data: tried == nil ? data : row.validation.map(data.testing) ?? data,
      evaluation: tried == nil
        ? recipe.evaluation : recipe.evaluation.only(recipe.validation.metric))
  }
}
