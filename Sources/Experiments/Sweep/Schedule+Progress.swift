import Foundation
import Training

/// What a process says of how far it is.
extension Schedule {
  var holder: String {
    "\(progress.holder)" + (share.shard.map { ", shard \($0)" } ?? "")
  }

  func label(_ learner: Learner) -> String { learner.label(in: experiment.recipe) }

  /// Counts an event, and writes the counts every few seconds.
  func noteProgress(of event: RunEvent) {
    switch event {
    case .begin(let learner, let epochs):
      progress.trainings.append(.init(name: label(learner), epoch: 0, epochs: epochs))
    case .leftOut(let learner): progress.epochsLeft -= experiment.epochs(of: learner)
    case .training(let learner, .epoch(let epoch)):
      progress.epochs += 1
      progress.epochsLeft -= 1
      if let index = progress.trainings.firstIndex(where: { $0.name == label(learner) }) {
        progress.trainings[index].epoch = epoch.epoch
      }
    default: break
    }
    if let lastWrite, ContinuousClock.now - lastWrite < .seconds(2) { return }
    note(.running)
  }

  /// Counts a training that has ended, unless it was taken over from another shard.
  func noteDone(_ learner: Learner) {
    if learners.contains(learner) { progress.done += 1 }
  }

  func note(_ activity: ShardProgress.Activity, problem: String? = nil) {
    (progress.activity, progress.problem) = (activity, problem)
    progress.writes += 1
    progress.seconds = (ContinuousClock.now - start) / .seconds(1)
    if activity != .running { progress.trainings = [] }
    lastWrite = .now
    folder.write(progress)
  }
}

extension Experiment {
  /// The epochs that a learner is trained for.
  func epochs(of learner: Learner) -> Int {
    if let index = learner.teacherIndex {
      let teacher = teachers[index]
      return teacher.settings.training.length(images: teacher.images.count).epochs
    }
    guard let row = row(of: learner)?.row else { return 0 }
    return row.settings.training.length(images: row.images.count).epochs
  }
}
