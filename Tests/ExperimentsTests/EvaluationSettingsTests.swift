import Foundation
import Kindred
import Testing

@testable import Experiments

/// The metrics that a recipe asks for.
@Suite struct EvaluationSettingsTests {
  @Test(arguments: [
    (
      "evaluation={fewShot: {ways: 16, shots: [1], queries: 3}}",
      "evaluation.fewShot.ways: 16 classes are asked for, but 0 have the 4 test images that 1 shots and 3 queries take"
    ),
    ("evaluation={fewShot: {ways: 1}}", "evaluation.fewShot.ways: expected 2 to 1000000, not 1"),
    (
      "evaluation={fewShot: {shots: [0]}}",
      "evaluation.fewShot.shots: expected different whole numbers of 1 or more, not [0]"
    ),
    (
      "evaluation={domain: {set: 'glyphs'}}",
      "evaluation.domain: recall uses it, but no 'recall' is given"
    ),
    (
      "evaluation={cosine: true}",
      "evaluation.cosine: recall uses it, but no 'recall' is given"
    ),
    (
      "evaluation={spuriousTeacher: 1}",
      "evaluation.spuriousTeacher: expected 2 or more images, not 1"
    ),
    (
      "evaluation={spuriousTeacher: 48}",
      "evaluation.spuriousTeacher: expected 2 to 47, fewer than there are test images, not 48"
    ),
  ])
  func mistakesAreNamed(_ change: String, _ message: String) {
    let error = #expect(throws: (any Error).self) {
      try Experiment(ExperimentTests.recipe(["ce"], [change]), registry: .linked)
    }
    #expect(error.map { "\($0)" } == message)
  }

  @Test func everythingThatIsAskedForIsMeasured() throws {
    let results = try Experiment(
      ExperimentTests.recipe(
        ["ce", "ce + kd", "rkd", "ce + dist.inter"],
        [
          """
          evaluation={recall: [1], cosine: true, training: true, spuriousTeacher: 12,
            fewShot: {ways: 4, shots: [1], queries: 2, episodes: 10},
            domain: {set: 'glyphs', seed: 5, test: 64}}
          """, "seeds=[1]",
        ]), registry: .linked
    ).run { _, _ in }
    let names = [
      "accuracy", "recall@1", "recall@1 by cosine", "1-shot", "recall@1 on glyphs",
      "training accuracy",
    ]
    #expect(results.teacher.map { Set($0.metrics.keys) } == Set(names))
    for row in results.rows {
      #expect(Set(row.metrics.keys) == Set(names + ["spread"]))
      #expect(row.metrics.values.allSatisfy { (0...1).contains($0.mean) })
    }
    // A loss that compares example by example has no spread.
    let spread = results.rows.map { $0.metrics["spread"]?.mean ?? -1 }
    #expect(spread[0] == 0 && spread[1] == 0 && spread[3] == 0)
    #expect(spread[2] > 0.1 && spread[2] < 1)
  }
}
