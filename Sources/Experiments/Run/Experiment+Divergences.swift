import Distillation
import Training

extension Experiment {
  /// Why a student cannot be trained: the student that would teach it is not there, or none of those
  /// that tried its row's weights.
  func divergence(
    before row: Row, seed: UInt64, _ choice: Results.Choice?, _ state: State
  ) -> Results.Divergence? {
    if case .student(let index) = row.teacher,
      let cause = state.divergence(of: .student(row: rows[index].name, seed: seed))
    {
      return Results.Divergence(
        seed: seed, learner: .teacher,
        problem: "its teacher, the student of '\(rows[index].name)', "
          + (cause.learner == .student ? "diverged" : "was not trained"))
    }
    guard !row.weights.isEmpty, choice == nil else { return nil }
    let tried = row.weights.map { weight in
      let learner = Learner.candidate(row: row.name, weight: weight, seed: recipe.validation.seed)
      return describe(weight) + (state.divergence(of: learner).map { ": \($0.problem)" } ?? "")
    }
    return Results.Divergence(
      seed: seed, learner: .everyWeight,
      problem: "students diverged with every weight, \(tried.joined(separator: "; "))")
  }

  /// Takes down that there is no such student, and the epochs that came before.
  func note(
    _ divergence: Results.Divergence, of learner: Learner, after history: [Epoch],
    _ state: inout State, _ report: (Event, State) throws -> Void
  ) throws {
    var (row, weight) = ("", Double?.none)
    switch learner {
    case .teacher: return
    case .student(let name, _): row = name
    case .candidate(let name, let tried, _): (row, weight) = (name, tried)
    }
    try state.finish(
      State.Student(
        row: row, seed: divergence.seed, weight: weight, metrics: [:], history: history,
        checksum: nil, divergence: divergence))
    dismissTeachers(in: &state)
    try report(.divergence(learner, divergence), state)
  }
}
