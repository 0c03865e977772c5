import Distillation
import Tensors
import Training

// A file with the right checksum may still hold numbers that no run can have.

extension RunProgress {
  /// The problem with the numbers of the finished trainings; `nil` if there is none.
  func problem(with students: [RunState.Student]) -> String? {
    for (learner, teacher) in all {
      let summary = teacher.summary
      if let problem = Results.problem(
        "teacher \(learner.teacherIndex ?? 0)", summary.parameters, summary.seconds,
        [summary.history],
        summary.metrics.map { ($0.key, [$0.value]) })
      {
        return problem
      }
    }
    return students.lazy.compactMap { student in
      Results.problem(
        "'\(student.row.visible)' with seed \(student.seed)", 0, 0, [student.history],
        student.metrics.map { ($0.key, [$0.value]) })
    }.first
  }
}

extension RunProgress.Current {
  /// The problem with the numbers of a training of this length; `nil` if there is none.
  func problem(of length: TrainingLength) -> String? {
    let (epochs, steps) = (length.epochs, length.stepsPerEpoch)
    if let problem = Results.problem(with: history) { return "it has \(problem)" }
    if history.count > epochs { return "\(history.count) epochs are done, more than \(epochs)" }
    if !(0...steps).contains(step) { return "step \(step) is not from 0 to \(steps)" }
    if !(0...length.steps).contains(optimizerSteps) {
      return "the optimizer has taken \(optimizerSteps) steps, and not 0 to \(length.steps)"
    }
    if !sums.canBeOf(steps: steps) { return "its sums do not belong to \(steps) steps" }
    return (0...1e100).contains(seconds) ? nil : "an epoch of \(seconds) seconds"
  }
}
