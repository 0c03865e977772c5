import Distillation
import Training

extension ExperimentRun {
  /// The reason why a student cannot be trained: the student that would teach it does not exist, or
  /// none of the students that tried its row's weights does. It is `nil` if the student can be
  /// trained.
  func divergence(before row: Experiment.Row, seed: UInt64) -> Results.Divergence? {
    if case .student(let index) = row.teachers.first {
      let name = experiment.rows[index].name
      if let cause = state.divergence(of: .student(row: name, seed: seed)) {
        return Results.Divergence(
          seed: seed, learner: .teacher,
          problem: "its teacher, the student of '\(name)', "
            + (cause.learner == .student ? "diverged" : "was not trained"))
      }
    }
    let validation = experiment.recipe.validation
    guard !row.weights.isEmpty, state.choice(of: row, by: validation) == nil else {
      return nil
    }
    let tried = row.grid.given.map { weight in
      let divergence = validation.allSeeds.lazy.compactMap { seed in
        state.divergence(of: .candidate(row: row.name, weight: weight, seed: seed))
      }.first
      return describe(weight) + (divergence.map { ": \($0.problem)" } ?? "")
    }
    return Results.Divergence(
      seed: seed, learner: .everyWeight,
      problem: "students diverged with every weight, \(tried.joined(separator: "; "))")
  }

  /// The reason why a student cannot be trained, if the teacher of its seed diverged.
  func divergenceOfTeacher(of learner: Learner) -> Results.Divergence? {
    for teacher in experiment.teachers(of: learner) where teacher.stage == .teachers {
      guard let problem = state.teacher(teacher)?.problem else { continue }
      return Results.Divergence(
        seed: learner.seed ?? 0, learner: .teacher,
        problem: "its \(teacher.label(in: experiment.recipe)), diverged: \(problem)")
    }
    return nil
  }

  /// Records that there is no such student, with the epochs that came before.
  mutating func note(
    _ divergence: Results.Divergence, of learner: Learner, after history: [Epoch]
  ) throws {
    guard let row = learner.row else { return }
    try state.finish(
      RunState.Student(
        row: row, seed: divergence.seed, weight: learner.triedWeight, metrics: [:],
        history: history, checksum: nil, divergence: divergence))
    state.dismissTeachers(of: experiment)
    try report(.divergence(learner, divergence), state)
  }
}
