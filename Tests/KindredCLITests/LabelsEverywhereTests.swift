import Foundation
import Kindred
import KindredCLI
import Testing

/// Knowledge and relations that read labels work alike in `check`, `score`, `plan` and `run`.
@Suite struct LabelsEverywhereTests {
  private static let registry = twoPapers.adding([Within.self])

  private func kindred(_ words: String...) -> (code: ExitCode, output: String, errors: String) {
    let recording = Recording()
    let code = Program.kindred(registry: Self.registry)(words, console: recording.console())
    return (code, recording.output, recording.errors)
  }

  @Test func check() {
    let result = kindred("check", "within")
    #expect(result.code == .done, "\(result.output)")
    #expect(result.output.contains("gradient at embedding"))
  }

  @Test func score() throws {
    let folder = try ScoreFolder()
    let labels = Tensor([0, 0, 1], shape: [3])
    let rows = Tensor([1, 0, 0, 2, 3, 3], shape: [3, 2])
    try folder.write(["embedding": rows, "labels": labels], "s.npz")
    try folder.write(["embedding": Tensor(repeating: 0, shape: [3, 2])], "t.npz")
    func score(_ words: String...) -> (code: ExitCode, output: String, errors: String) {
      let recording = Recording()
      let code = Program.kindred(registry: Self.registry)(
        ["score", "--loss", "within", "--student", folder.path("s.npz")] + words,
        console: recording.console())
      return (code, recording.output, recording.errors)
    }
    // ‖x‖² of each row and ⟨x₀, x₁⟩ count: (1 + 16 + 324 + 2 · 0) / 9.
    let result = score("--teacher", folder.path("t.npz"), "--format", "json")
    #expect(result.code == .done, "\(result.errors)")
    let value = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    #expect(abs((value?["value"] as? Double ?? 0) - 341.0 / 9) < 1e-4)

    try folder.write(["embedding": rows], "s.npz")
    let without = score("--teacher", folder.path("t.npz"))
    #expect(without.code == .badData)
    #expect(without.errors.contains("labels"), "\(without.errors)")
  }

  @Test func planAndRun() throws {
    let folder = try ScoreFolder()
    let recipe = """
      {
        name: "labels",
        data: { set: "glyphs", train: 64, test: 32 },
        teacher: { network: "mlp:8", training: { epochs: 1, batch: 32 } },
        student: { network: "mlp:8", training: { epochs: 1, batch: 32 } },
        rows: [{ loss: "ce + 0.1*within" }],
        seeds: [1],
      }
      """
    try Data(recipe.utf8).write(to: URL(filePath: folder.path("labels.json5")))
    let plan = kindred("plan", folder.path("labels.json5"))
    #expect(plan.code == .done, "\(plan.errors)")
    let run = kindred("run", folder.path("labels.json5"), "--out", folder.path("out"))
    #expect(run.code == .done, "\(run.errors)")
    let results = try String(contentsOfFile: folder.path("out/results.json"), encoding: .utf8)
    #expect(results.contains("\"within\""))
  }
}

/// Inner products of examples of one class.
private struct Within: PaperModule {
  static let standard = Self()
  static let equation = "L = 1/n² Σ over i, j of one class of (⟨sᵢ, sⱼ⟩ − ⟨tᵢ, tⱼ⟩)²"
  static let citation = Citation("", "", "", "")
  static let isZeroForOneExample = false
  var body: some LossTerm {
    match(LabeledEmbedding(), by: WithinClasses(), with: .meanSquare)
  }

  struct WithinClasses: LabeledRelation {
    static let summary = "Inner products within classes."
    func callAsFunction(_ x: Tensor, labels: [Int]) -> Tensor {
      let same = labels.flatMap { a in labels.map { $0 == a ? 1 : 0 as Float } }
      return x.flattened.gram * Tensor(same, shape: [labels.count, labels.count])
    }
  }

  /// The embedding, if the batch has labels.
  struct LabeledEmbedding: Knowledge {
    static let summary = "The embedding of a batch with labels."
    var outputs: [OutputName] { ["embedding"] }
    var readsLabels: Bool { true }
    func callAsFunction(_ outputs: Outputs) throws -> Tensor {
      guard outputs.labels != nil else { throw DistillationError.missingLabels(term: "within") }
      return try outputs["embedding"]
    }
  }
}
