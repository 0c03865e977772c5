import Foundation
import Kindred
import Testing

@testable import Experiments
@testable import Training

/// Students that diverge, next to others that do not.
@Suite struct DivergenceTests {
  /// Runs an experiment, and collects the learners that are reported to have diverged.
  func run(
    _ rows: String, _ changes: [String] = []
  ) throws -> (results: Results, told: [Learner]) {
    let recipe = try RowSettingsTests.recipe(rows, changes)
    var told: [Learner] = []
    let results = try Experiment(recipe, registry: .linked).run { event, _ in
      if case .divergence(let learner, _) = event { told.append(learner) }
    }
    return (results, told)
  }

  static let validation = ["validation.images=16", "student.training.images=40"]

  @Test func theOthersAreTrainedAsTheyWouldBeAlone() throws {
    let (results, told) = try run(
      """
      [{ name: "ce", loss: "ce" }, { name: "w", loss: "1e38*logits" }, { name: "kd", loss: "kd" },
       { name: "pupil", loss: "kd", taughtBy: "w" },
       { name: "pupil's", loss: "kd", taughtBy: "pupil" }]
      """)
    #expect(
      told
        == [1, 2].flatMap { seed in
          ["w", "pupil", "pupil's"].map { Learner.student(row: $0, seed: seed) }
        })
    let alone = try run("[{ name: 'ce', loss: 'ce' }, { name: 'kd', loss: 'kd' }]").results
    for (index, other) in [(0, 0), (2, 1)] {
      let (row, expected) = (results.rows[index], alone.rows[other])
      #expect(row.metrics["accuracy"]?.values == expected.metrics["accuracy"]?.values)
      #expect(
        row.metrics["accuracy"]?.differenceToFirst?.mean
          == expected.metrics["accuracy"]?.differenceToFirst?.mean)
      #expect(row.divergences == nil && row.metrics["accuracy"]?.seeds == nil)
    }
    for index in [1, 3, 4] {
      let row = results.rows[index]
      #expect(row.metrics.isEmpty && row.history.isEmpty && row.seconds == 0)
      #expect(row.divergences?.map { $0.seed } == [1, 2])
    }
    let problem = try #require(results.rows[1].divergences?[0].problem)
    #expect(problem.wholeMatch(of: /its \w+ '.*' became \S+ in epoch 1, step \d/) != nil)
    #expect(
      results.rows[3].divergences?[1]
        == Results.Divergence(
          seed: 2, learner: .teacher, problem: "its teacher, the student of 'w', diverged"))
    #expect(
      results.rows[4].divergences?[0].problem
        == "its teacher, the student of 'pupil', was not trained")
    // The results are checked as a file holds them, and as they are read.
    let read = try Results.read(results.json)
    #expect(read.rows.map { $0.divergences } == results.rows.map { $0.divergences })
  }

  /// A row that lacks a seed names the seeds that it has, and is compared by those.
  @Test func aSeedThatIsMissingIsSaid() throws {
    let experiment = try Experiment(
      RowSettingsTests.recipe(
        "[{ name: 'ce', loss: 'ce' }, { name: 'kd', loss: 'kd' }]", ["seeds=[1, 2, 3]"]),
      registry: .linked)
    var state = RunState()
    let whole = try experiment.run { _, last in state = last }
    func results(without row: String, seed: UInt64) throws -> Results {
      var changed = state
      changed.students = try state.students.map { student in
        guard student.row == row, student.seed == seed else { return student }
        var diverged = student.value
        diverged.divergence = Results.Divergence(seed: seed, learner: .student, problem: "")
        (diverged.metrics, diverged.checksum) = ([:], nil)
        return try WithJSON(diverged)
      }
      return Results(of: experiment, changed)
    }
    let values = whole.rows.map { $0.metrics["accuracy"]?.values ?? [] }
    #expect(whole.rows.allSatisfy { $0.metrics["accuracy"]?.seeds == nil })
    for row in 0..<2 {
      let rows = try results(without: row == 0 ? "ce" : "kd", seed: 2).rows
      let metric = try #require(rows[row].metrics["accuracy"])
      #expect(metric.seeds == [1, 3] && metric.values == [values[row][0], values[row][2]])
      #expect(metric.mean == (values[row][0] + values[row][2]) / 2)
      #expect(rows[1 - row].metrics["accuracy"]?.seeds == nil)
      #expect(rows[row].history.map { $0.seed } == [1, 3])
      #expect(rows[row].divergences?.map { $0.seed } == [2])
      let mean = rows[1].metrics["accuracy"]?.differenceToFirst?.mean
      let pairs = [values[1][0] - values[0][0], values[1][2] - values[0][2]]
      #expect(mean == (pairs[0] + pairs[1]) / 2)
    }
  }

  /// Each of two rows lacks another seed, so one seed is left to compare them by.
  @Test func whatSomeSeedsLackIsComparedByTheRest() throws {
    var results = Results(
      recipe: try RowSettingsTests.recipe(
        "[{ loss: 'ce' }, { name: 'kd', loss: 'kd' }]",
        ["seeds=[1, 2, 3]", "comparisons=[{row: 'kd'}]"]))
    func row(_ metric: Results.Metric) -> Results.Row {
      Results.Row(
        name: results.rows.isEmpty ? "ce" : "kd", formula: "", network: "", parameters: 0,
        metrics: ["accuracy": metric])
    }
    results.rows.append(row(Results.Metric([0.5, 0.75], seeds: [1, 3])))
    results.rows.append(row(Results.Metric([0.25, 0.875], seeds: [2, 3])))
    let difference = try #require(results.difference(of: results.recipe.comparisons[0]))
    #expect(difference.count == 1 && difference.mean == 0.125)
    results.rows[0].metrics["accuracy"] = Results.Metric([0.5, 0.125, 0.75])
    let two = try #require(results.difference(of: results.recipe.comparisons[0]))
    #expect(two.count == 2 && two.mean == 0.125)
    results.rows[0].metrics["accuracy"] = Results.Metric([0.5], seeds: [1])
    #expect(results.difference(of: results.recipe.comparisons[0]) == nil)

    results.rows[0].metrics["accuracy"]?.seeds = [1, 2]
    let json = try results.json
    #expect {
      try Results.read(json)
    } throws: { "\($0)" == "'ce' has 1 values of accuracy, of 2 seeds" }
  }

  @Test func aWeightWithWhichStudentsDivergeIsNotTaken() throws {
    let rows = "[{ name: 'w', loss: 'ce + weight*logits', weights: [1e30, 1] }]"
    let (results, told) = try run(rows, Self.validation + ["seeds=[1]"])
    #expect(told == [.candidate(row: "w", weight: 1e30, seed: 1000)])
    let choice = try #require(results.rows[0].choice)
    #expect(choice.isAtTheEdge && choice.weight == 1)
    #expect(choice.tried.map { $0.value == nil } == [true, false])
    #expect(choice.tried[0].divergence?.contains(" became ") == true)
    #expect(choice.tried[0].divergence?.contains(" in epoch 1, step ") == true)
    #expect(choice.tried[1].divergence == nil && results.rows[0].divergences == nil)
  }

  @Test func aRowWithNoWeightToTakeIsLeftOut() throws {
    let rows = """
      [{ name: 'ce', loss: 'ce' },
       { name: 'w', loss: 'ce + weight*logits', weights: [1e30, 2e30] }]
      """
    let (results, told) = try run(rows, Self.validation)
    #expect(told.count == 4)
    #expect(results.rows[0].metrics["accuracy"]?.values.count == 2)
    let row = results.rows[1]
    #expect(row.formula == "ce + weight*logits" && row.choice == nil && row.metrics.isEmpty)
    #expect(row.divergences?.map { $0.learner } == [.everyWeight, .everyWeight])
    let pattern =
      /students diverged with every weight, 1e\+30: .* in epoch 1, step \d; 2e\+30: .*, step \d/
    #expect(row.divergences?[0].problem.wholeMatch(of: pattern) != nil)
  }

  /// An error names the weight, whether it was being tried or had been chosen.
  @Test func aTriedWeightIsNamed() {
    func text(_ weight: Double?) -> String {
      TrainingError.diverged(
        what: "its term 'kd'", value: "inf", row: "kd + rkd", weight: weight, seed: 3, epoch: 2,
        step: 5
      ).description
    }
    #expect(
      text(10) == """
        'kd + rkd' with weight 10 and seed 3 diverged: its term 'kd' became inf in epoch 2, step 5. \
        A lower rate or weight may help.
        """)
    #expect(text(nil).hasPrefix("'kd + rkd' with seed 3 diverged: "))
  }

  /// A state repeats the epochs that were finished before.
  @Test func whatWasFinishedBeforeStays() throws {
    let recipe = try RowSettingsTests.recipe(
      """
      [{ name: "w", loss: "ce + weight*ramp(logits, start: 0.25)", weights: [1e38, 1] },
       { name: "late", loss: "ce + 1e38*ramp(logits, start: 0.25)" }]
      """, Self.validation + ["seeds=[1]"])
    var live: [String] = []
    var last: [String] = []
    func line(_ learner: Learner, _ epoch: Epoch) -> String {
      "\(learner) \(epoch.epoch) \(epoch.loss)"
    }
    let results = try Experiment(recipe, registry: .linked).run { event, state in
      if case .training(let learner, .epoch(let epoch)) = event {
        live.append(line(learner, epoch))
      }
      last = state.epochs.map(line)
    }
    #expect(last == live)
    #expect(live.count == 2 + 1 + 2 + 2 + 1, "each that diverges has one epoch of two")
    #expect(results.rows[1].divergences?[0].problem.contains(" in epoch 2, step ") == true)
  }
}
