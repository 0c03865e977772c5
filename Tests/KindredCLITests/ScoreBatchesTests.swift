import Foundation
import Kindred
import KindredCLI
import Testing

/// Several batches, what each term counts, and weights that are suggested.
@Suite struct ScoreBatchesTests {
  let folder: ScoreFolder

  init() throws {
    folder = try ScoreFolder()
    try folder.write(["logits": Tensor([1, 2, 3, 5], shape: [2, 2])], "student2.npz")
    try folder.write(["logits": Tensor([0, 1], shape: [2])], "y.npy")
  }

  private let formula = "logits + 0.5*match(logits, with: meanAbsolute)"

  /// The squares are 1.25 and 0.5, the magnitudes 0.75 and 0.5.
  @Test func severalFilesAreSeveralBatches() {
    let batches = ["--student", "student2.npz", "--teacher", "teacher.npz"]
    let result = folder.score(formula, batches[0], batches[1], batches[2], batches[3])
    #expect(
      result == (
        .done,
        """
        term                               weight  value  deviation  weighted
        ─────────────────────────────────  ──────  ─────  ─────────  ────────
        logits                                  1  0.875       0.53     0.875
        match(logits, with: meanAbsolute)     0.5  0.625      0.177    0.3125
        total                                                 0.619    1.1875

        """, ""
      ))
    #expect(
      folder.score(formula, batches[0], batches[1], batches[2], batches[3], "--format", "json")
        .output.hasPrefix(
          """
          {
            "value": 1.1875,
            "deviation": 0.6187184335382291,
            "batches": [1.625, 0.75],
          """))
  }

  /// The gradients at the logits are (½, 0, 0, −1) and (⅛, 0, 0, −⅛).
  @Test func balanceSaysWhatEachTermCounts() {
    #expect(
      folder.score(formula, "--balance").output == """
        term                 weight  value  weighted   share  gradient  cosine
        ───────────────────  ──────  ─────  ────────  ──────  ────────  ──────
        logits                    1   1.25      1.25  76.9 %     1.118   0.999
        match(logits, with:     0.5   0.75     0.375  23.1 %    0.1768   0.962
        meanAbsolute)
        total                                  1.625

        """)
    let json = folder.score("logits", "--balance", "--format", "json").output
    #expect(json.contains("\"share\": 1.0,\n      \"gradientNorm\": 1.118033988749895,\n"))
  }

  /// The gradient of `ce` is ½ (−p, p) and ½ (1 − p, p − 1) with p = σ(1), of length 0.5508.
  @Test func suggestedNumbersMakeGradientsAsLongAsThatOfCrossEntropy() throws {
    func suggested(_ more: String...) throws -> [Double?] {
      let all = ["--labels", folder.path("y.npy"), "--suggest", "--format", "json"] + more
      let recording = Recording()
      let code = Program.kindred(registry: twoPapers)(
        [
          "score", "--loss", "ce + 3*logits + ramp(kd)", "--student", folder.path("student.npz"),
          "--teacher", folder.path("teacher.npz"),
        ] + all, console: recording.console())
      #expect(code == .done, "\(recording.errors)")
      #expect(recording.errors.contains("warning: 'kd' has the weight 0 at this moment, so that"))
      let object = try JSONSerialization.jsonObject(with: Data(recording.output.utf8))
      let terms = try #require((object as? [String: Any])?["terms"] as? [[String: Any]])
      return terms.map { $0["suggested"] as? Double }
    }
    #expect(try suggested() == [1, 0.49, nil])
    #expect(try suggested("--share", "0.5") == [1, 0.25, nil])
    let table = folder.score("ce + 3*logits", "--labels", "y.npy", "--suggest").output
    #expect(table.contains("cosine  suggested\n"))
    #expect(table.contains("   0.49\n"))
  }

  @Test func chanceDependsOnSeedAndStep() {
    func value(_ more: String...) -> String {
      let options = more.isEmpty ? ["--seed", "0"] : more
      return folder.score(
        "match(logits, with: meanSquare(tuples: 1))", options[0], options[1]
      ).output
    }
    let values = Set((0..<12).map { value("--step", "\($0)") })
    #expect(values.count > 1)
    #expect(Set((0..<12).map { value("--seed", "\($0)") }).count > 1)
    #expect(value() == value("--step", "0"))
  }

  @Test(arguments: [
    (
      ["--student", "student2.npz"],
      "'--student' names 2 files and '--teacher' 1; each batch has one of both"
    ),
    (["--step", "-1"], "'--step' is how many steps came before, 0 or more"),
    (["--seed", "-1"], "'--seed' takes a whole number from 0 to 18446744073709551615, not '-1'"),
    (["--suggest", "--share", "0"], "'--share' is a number greater than 0"),
    (["--share", "2"], "'--share' belongs to '--suggest'"),
    (
      ["--suggest"],
      "'--suggest' compares gradients with that of 'ce', which the loss has not: 'ce + …'"
    ),
    (
      ["--student", "student2.npz", "--teacher", "teacher.npz", "--gradient", "g.npz"],
      "'--gradient' is the gradient on one batch, not on several"
    ),
  ])
  func wrongUse(_ words: [String], _ message: String) throws {
    let recording = Recording()
    let code = Program.kindred(registry: twoPapers)(
      [
        "score", "--loss", formula, "--student", folder.path("student.npz"), "--teacher",
        folder.path("teacher.npz"),
      ] + words.map { $0.contains(".") ? folder.path($0) : $0 }, console: recording.console())
    #expect(code == .usage)
    #expect(recording.errors.hasPrefix("kindred: \(message)\n"), "\(recording.errors)")
    #expect(recording.output.isEmpty)
    #expect(try !folder.files.contains("g.npz"))
  }
}
