import Foundation
import Kindred
import Testing

@testable import Experiments
@testable import Training

/// Trainings of so many steps, in place of epochs.
@Suite struct TrainingStepsTests {
  /// Three steps an epoch.
  func experiment(_ changes: String...) throws -> Experiment {
    try Experiment(
      ExperimentTests.recipe(
        ["ce", "ce + ramp(kd)"],
        ["student.training.images=48", "student.training.batch=16", "seeds=[1]"] + changes),
      registry: .linked)
  }

  @Test func wholeEpochsAreThoseOfEpochs() throws {
    let epochs = try experiment("student.training.epochs=3").run()
    let steps = try experiment("student.training.epochs=1", "student.training.steps=9").run()
    #expect(try numbers(steps) == numbers(epochs))
  }

  private func numbers(_ results: Results) throws -> [[Double]] {
    results.rows.flatMap { $0.history.flatMap { $0.epochs.map { [$0.loss, $0.rate] } } }
  }

  /// The rate falls to its end, and the ramp rises to its own, at the last step.
  @Test func theLastEpochIsAsLongAsStepsAreLeft() throws {
    let experiment = try experiment("student.training.steps=7")
    var steps: [[Int]] = []
    func note(_ event: RunEvent, _: RunState) {
      guard
        case .training(.student("ce", _), .step(let epoch, let step, let count, _, _, _)) = event
      else { return }
      steps.append([epoch, step, count])
    }
    let results = try experiment.run(report: note)
    #expect(
      steps == [[1, 1, 3], [1, 2, 3], [1, 3, 3], [2, 1, 3], [2, 2, 3], [2, 3, 3], [3, 1, 1]])
    let epochs = results.rows[1].history[0].epochs
    let schedule = Schedule()
    for (epoch, step) in zip(epochs, [2, 5, 6]) {
      let share = schedule.share(step: step, stepsPerEpoch: 3, steps: 7)
      #expect(epoch.rate == experiment.recipe.student.training.optimizer.rate * share)
      // A ramp without limits rises from 0 at the start to 1 at the end.
      #expect(epoch.terms[1].weight <= 1)
    }
    #expect(epochs.count == 3)
    #expect(epochs[2].terms[1].weight > epochs[1].terms[1].weight)
  }

  /// An interruption in the short epoch changes nothing.
  @Test func itGoesOnFromEveryStep() throws {
    let experiment = try experiment("student.training.steps=4")
    let expected = try numbers(experiment.run())
    struct Stop: Error {}
    for last in 0..<18 {
      var state = RunState()
      var count = 0
      do {
        _ = try experiment.run { _, now in
          state = now
          count += 1
          if count > last { throw Stop() }
        }
      } catch is Stop {}
      #expect(try numbers(experiment.run(from: state)) == expected)
    }
  }

  @Test(arguments: ["-1", "1000000001"]) func aNumberOfStepsThatCannotBe(_ steps: String) throws {
    let error = #expect(throws: SettingError.self) {
      try experiment("student.training.steps=\(steps)")
    }
    #expect(
      error?.description == "student.training.steps: expected 0 to 1000000000, not \(steps)")
  }

  @Test func thePlanCountsThem() throws {
    let plan = try RunPlanner(experiment("student.training.steps=7")).plan()
    let row = try #require(plan.rows.last)
    #expect((row.epochs, row.stepsPerEpoch, row.allSteps) == (3, 3, 7))
  }
}
