import Foundation
import Kindred
import KindredCLI
import Testing
import Training

/// `kindred plan`
@Suite struct PlanTests {
  let folder: ScoreFolder

  static let recipe = """
    {
      data: { set: "glyphs", train: 160, test: 48 },
      teacher: { network: "mlp:16", training: { epochs: 3, batch: 32 } },
      student: { network: "mlp:8", training: { images: 48, epochs: 2, batch: 20 } },
      validation: { images: 16 },
      evaluation: { recall: [1] },
      rows: [
        { loss: "ce" },
        { name: "w", loss: "ce + weight*kd", weights: [1, 2, 3], student: { training: { batch: 8 } } },
        { name: "other", loss: "rkd.distance + kd", teacher: { network: "mlp:4" } },
        { name: "own", loss: "kd", taughtBy: "ce" },
      ],
      seeds: [1, 2],
    }
    """

  init() throws {
    folder = try ScoreFolder()
    try Data(Self.recipe.utf8).write(to: URL(filePath: folder.path("recipe.json5")))
  }

  func kindred(_ words: String...) -> (code: ExitCode, output: String, errors: String) {
    let recording = Recording()
    let code = Program.kindred(registry: .linked)(words, console: recording.console())
    return (code, recording.output, recording.errors.replacing(folder.path + "/", with: ""))
  }

  @Test func everythingIsCountedAndNothingWritten() throws {
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let (code, output, errors) = kindred(
      "plan", folder.path("recipe.json5"), "--format", "json", "--threads", "1")
    #expect(code == .done, "\(errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == before)
    let plan = try JSONDecoder().decode(RunPlan.self, from: Data(output.utf8))
    #expect((plan.images.training, plan.images.test, plan.images.classes) == (160, 48, 16))
    #expect(plan.threads == 1 && plan.megabytes > 1)
    #expect(plan.rows.map { $0.name } == ["mlp:16", "mlp:4", "ce", "w", "other", "own"])
    #expect(
      plan.rows.map { $0.role } == ["teacher", "teacher"] + Array(repeating: "student", count: 4))
    // Two seeds, and the three weights that are tried.
    #expect(plan.rows.map { $0.count } == [1, 1, 2, 5, 2, 2])
    #expect(plan.rows.map { $0.stepsPerEpoch } == [5, 5, 2, 6, 2, 2])
    #expect(plan.rows.map { $0.epochs } == [3, 3, 2, 2, 2, 2])
    #expect(plan.rows[4].terms.map { $0.formula } == ["rkd.distance", "kd"])
    for row in plan.rows {
      #expect(row.secondsPerStep > 0 && row.secondsPerTest > 0)
      #expect(row.terms.allSatisfy { $0.seconds > 0 })
      let steps = Double(row.epochs * row.stepsPerEpoch) * row.secondsPerStep
      #expect(
        row.seconds
          == Double(row.count)
          * (Double(row.epochs)
            * (Double(row.stepsPerEpoch) * row.secondsPerStep + row.secondsPerTest)
            + row.secondsPerEvaluation))
      #expect(row.seconds > steps)
    }
    #expect(plan.seconds == plan.rows.reduce(0) { $0 + $1.seconds })
    let networks = plan.networks.map { "\($0.role) \($0.network) \($0.batch)" }
    #expect(
      networks == [
        "teacher mlp:16 32", "teacher mlp:4 32", "student mlp:8 20", "student mlp:8 8",
      ])
    #expect(plan.networks[0].parameters == 784 * 16 + 16 + 16 * 16 + 16)
    #expect(plan.networks[1].outputs == ["embedding": [32, 4], "logits": [32, 16]])
    #expect(plan.networks[2].outputs == ["embedding": [20, 8], "logits": [20, 16]])
  }

  @Test func itIsShownAsTables() {
    let (code, output, errors) = kindred("plan", folder.path("recipe.json5"))
    #expect(code == .done && errors.isEmpty)
    for line in ["160 images to train, 48 to test, 16 classes", "teacher mlp:16", "memory  "] {
      #expect(output.contains(line), "\(line)")
    }
    #expect(output.contains(/time    about .* with \d+ threads?\n/))
    #expect(output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func aMistakeIsNamedAsRunNamesIt() {
    let (code, output, errors) = kindred(
      "plan", folder.path("recipe.json5"), "--set", "rows.1.loss=weight*kdd")
    #expect(code == .badData && output.isEmpty)
    #expect(
      errors.hasPrefix("kindred: recipe.json5: rows[1].loss: there is no term 'kdd'"), "\(errors)")
    #expect(kindred("plan", folder.path("none.json5")).code == .missingFile)
  }
}
