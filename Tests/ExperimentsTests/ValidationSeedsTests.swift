import Foundation
import Kindred
import Testing

@testable import Experiments

/// Weights that are chosen by students of several seeds.
@Suite struct ValidationSeedsTests {
  static let row = #"rows=[{ name: "w", loss: "ce + weight*kd", weights: [0.1, 1, 10] }]"#

  func experiment(_ changes: String..., row: String = Self.row) throws -> Experiment {
    try Experiment(
      ExperimentTests.recipe(
        ["ce"],
        ["validation.images=16", "student.training.images=40", "seeds=[1]", row] + changes),
      registry: .linked)
  }

  func choice(_ changes: String) throws -> Results.Choice {
    try #require(try experiment(changes).run().rows[0].choice)
  }

  @Test func theWeightWithTheBestMeanIsTaken() throws {
    let alone = try [1000, 1001, 1002].map { try choice("validation.seed=\($0)") }
    let all = try choice("validation.seeds=[1000,1001,1002]")
    #expect(all.tried.map { $0.weight } == [0.1, 1, 10])
    for (index, tried) in all.tried.enumerated() {
      let values = alone.compactMap { $0.tried[index].value }
      #expect(tried.values == values, "each is the student that was trained alone")
      #expect(tried.value == values.reduce(0, +) / 3)
    }
    let best = try #require(all.tried.max { ($0.value ?? 0) < ($1.value ?? 0) })
    #expect(all.tried.first { $0.value == best.value }?.weight == all.weight)
    #expect(alone[0].tried.allSatisfy { $0.values == nil })
  }

  /// One student that diverges is enough for a weight not to be taken.
  @Test func aWeightWithWhichAStudentDivergesIsNotTaken() throws {
    let row = #"rows=[{ name: "w", loss: "ce + weight*logits", weights: [1e30, 1] }]"#
    let experiment = try experiment("validation.seeds=[1,2]", row: row)
    #expect(experiment.learners.count { $0.stage == .weights } == 4)
    let choice = try #require(try experiment.run().rows[0].choice)
    #expect(choice.weight == 1)
    #expect(choice.tried[0].value == nil && choice.tried[0].divergence != nil)
    let label = Learner.candidate(row: "w", weight: 1, seed: 2).label(in: experiment.recipe)
    #expect(label == "w, weight 1, seed 2")
  }

  @Test(arguments: ["[]", "[1,1]"]) func seedsThatCannotBe(_ seeds: String) throws {
    let error = #expect(throws: SettingError.self) { try experiment("validation.seeds=\(seeds)") }
    #expect(
      error?.description == "validation.seeds: expected one or more different whole numbers")
  }

  @Test func thePlanCountsThem() throws {
    let plan = try RunPlanner(experiment("validation.seeds=[1,2,3]")).plan()
    #expect(plan.rows.map { $0.candidates?.count } == [nil, 9])
    #expect(plan.rows.last?.count == 10)
  }
}
