import Foundation
import Kindred
import KindredCLI
import Testing

@Suite struct ScoreTests {
  let folder: ScoreFolder

  init() throws { folder = try ScoreFolder() }

  // ((1 − 0)² + (2 − 2)² + (3 − 3)² + (4 − 6)²) / 4 = 1.25, and its gradient is 2(s − t)/4.

  @Test func writesATable() {
    #expect(
      folder.score("logits + 0.5*match(logits, with: meanAbsolute)") == (
        .done,
        """
        term                               weight  value  weighted
        ─────────────────────────────────  ──────  ─────  ────────
        logits                                  1   1.25      1.25
        match(logits, with: meanAbsolute)     0.5   0.75     0.375
        total                                                1.625

        """,
        ""
      ))
  }

  /// Weights that move are those of a moment; what has none then has no value.
  @Test func weightsOfAMoment() {
    let formula = "ramp(logits) + 2*cosine(match(logits, with: meanAbsolute), to: 0.5)"
    #expect(
      folder.score(formula, "--format", "json").output == """
        {
          "value": 1.5,
          "terms": [
            {"name": "logits", "weight": 0.0, "value": null},
            {"name": "match(logits, with: meanAbsolute)", "weight": 2.0, "value": 0.75}
          ]
        }

        """)
    #expect(
      folder.score(formula, "--progress", "5e-1", "--format", "json").output == """
        {
          "value": 1.75,
          "terms": [
            {"name": "logits", "weight": 0.5, "value": 1.25},
            {"name": "match(logits, with: meanAbsolute)", "weight": 1.5, "value": 0.75}
          ]
        }

        """)
    #expect(
      folder.score(formula).output.contains(
        "logits                                  0      –         0"))
    let refused = folder.score(formula, "--progress", "2")
    #expect(refused.code == .usage)
    #expect(refused.errors.hasPrefix("kindred: '--progress' is a share of a training, from 0 to 1"))
  }

  @Test func uncertaintyAtItsInitialValues() {
    #expect(
      folder.score(
        "uncertainty(logits, match(logits, with: meanAbsolute))", "--format", "json"
      ).output == """
        {
          "value": 1.0,
          "terms": [
            {"name": "logits", "weight": 0.5, "value": 1.25},
            {"name": "match(logits, with: meanAbsolute)", "weight": 0.5, "value": 0.75}
          ]
        }

        """)
  }

  @Test func writesJSON() {
    #expect(
      folder.score("0.1*logits + 2*match(logits, with: meanAbsolute)", "--format", "json") == (
        .done,
        """
        {
          "value": 1.625,
          "terms": [
            {"name": "logits", "weight": 0.1, "value": 1.25},
            {"name": "match(logits, with: meanAbsolute)", "weight": 2.0, "value": 0.75}
          ]
        }

        """, ""
      ))
  }

  @Test func writesTheGradientUnderTheStudentsNames() throws {
    try folder.write(
      ["logits": Tensor([1, 2, 3, 4], shape: [2, 2]), "extra": Tensor([7], shape: [1, 1])],
      "more.npz")
    #expect(folder.score("logits", student: "more.npz", "--gradient", "g.npz").code == .done)
    let gradient = try folder.read("g.npz")
    #expect(gradient.keys.sorted() == ["extra", "logits"])
    #expect(gradient["logits"]?.scalars == [0.5, 0, 0, -1])
    #expect(gradient["logits"]?.shape == [2, 2])
    #expect(gradient["extra"]?.scalars == [0])
  }

  @Test func aLoneArrayIsTheOnlyOutputThatTheLossReads() throws {
    try folder.write(["": Tensor([1, 2, 3, 4], shape: [2, 2])], "student.npy")
    try folder.write(["": Tensor([0, 2, 3, 6], shape: [2, 2])], "teacher.npy")
    for knowledge in ["logits", "embedding", "stage2", "lastStage", "logits@virtual"] {
      let result = folder.score(
        "match(\(knowledge), with: meanSquare)", student: "student.npy", teacher: "teacher.npy",
        "--gradient", "g.npy", "--force", "--format", "json")
      #expect(result.code == .done, "\(result.errors)")
      #expect(result.output.hasPrefix("{\n  \"value\": 1.25,\n"))
      #expect(try folder.read("g.npy")[""]?.scalars == [0.5, 0, 0, -1])
    }
  }

  @Test func labelsComeFromTheirFileOrFromTheStudents() throws {
    let zeros = Tensor([0, 0, 0, 0], shape: [2, 2])  // cross-entropy ln 2
    try folder.write(["logits": zeros], "student.npz")
    try folder.write(["": Tensor([0, 1], shape: [2])], "labels.npy")
    let value = "  \"value\": \(Double(Float(log(2.0)))),\n"
    let result = folder.score("ce", "--labels", "labels.npy", "--format", "json")
    #expect(result.code == .done, "\(result.errors)")
    #expect(result.output.contains(value))

    try folder.write(["logits": zeros, "labels": Tensor([0, 1], shape: [2])], "student.npz")
    let own = folder.score("ce", "--format", "json", "--gradient", "g.npz")
    #expect(own.output.contains(value))
    #expect(try folder.read("g.npz").keys.sorted() == ["logits"])
  }

  /// An example of the label −100 is left out, whatever it holds. Without another the loss is 0.
  @Test func anIgnoredLabelLeavesItsExampleOut() throws {
    try folder.write(["": Tensor([-100, 1], shape: [2])], "labels.npy")
    try folder.write(["logits": Tensor([.nan, 2, 3, 3], shape: [2, 2])], "student.npz")
    let result = folder.score(
      "ce", "--labels", "labels.npy", "--format", "json", "--gradient", "g.npz")
    #expect(result.code == .done && result.errors == "")
    #expect(result.output.hasPrefix("{\n  \"value\": \(Double(Float(log(2.0)))),\n"))
    #expect(try folder.read("g.npz")["logits"]?.scalars == [0, 0, 0.5, -0.5])

    // What reads no labels compares it all the same.
    let beside = folder.score("ce + kd", "--labels", "labels.npy")
    #expect(beside.code == .badData)
    #expect(beside.errors == "kindred: 'student.npz', tensor 'logits' holds NaN at [0, 0]\n")
    try folder.write(
      ["logits": Tensor([.nan, 2, .nan, 3], shape: [2, 2]), "weights": Tensor([1, 0])],
      "student.npz")
    let absent = folder.score("ce", "--labels", "labels.npy", "--format", "json")
    #expect(absent.output.hasPrefix("{\n  \"value\": 0.0,\n"), "\(absent.errors)")

    try folder.write(["": Tensor([-100, -100], shape: [2])], "labels.npy")
    let none = folder.score("ce", "--labels", "labels.npy")
    #expect(none.code == .done)
    #expect(
      none.errors == """
        warning: 'ce' says nothing about 'logits' of shape [2, 2] with these labels: its \
        gradient is as good as 0, whatever it holds

        """)
  }

  /// Either file may have the labels; both must agree.
  @Test func labelsComeFromTheTeachersFileIfTheStudentsHasNone() throws {
    let logits = Tensor([1, 0, 0, 0], shape: [2, 2])
    let labels = Tensor([1, 0], shape: [2])
    try folder.write(["logits": logits, "labels": labels], "with.npz")
    try folder.write(["logits": logits], "without.npz")
    // ce = (ln(1 + e) + ln 2) / 2
    let expected = (log(1 + exp(1.0)) + log(2.0)) / 2
    for (student, teacher) in [("without", "with"), ("with", "without"), ("with", "with")] {
      let result = folder.score(
        "ce + 0*logits", student: "\(student).npz", teacher: "\(teacher).npz", "--format", "json")
      #expect(result.code == .done, "\(result.errors)")
      #expect(result.output.contains("\"value\": \(Double(Float(expected)))".prefix(15)))
    }
    try folder.write(["logits": logits, "labels": Tensor([1, 1], shape: [2])], "other.npz")
    let refused = folder.score("ce", student: "with.npz", teacher: "other.npz")
    #expect(refused.code == .badData)
    #expect(
      refused.errors.hasPrefix("kindred: the 'labels' of 'with.npz' and 'other.npz' disagree"),
      "\(refused.errors)")
    try folder.write(["logits": logits, "labels": Tensor([1, 2], shape: [2])], "large.npz")
    let large = folder.score("ce", student: "without.npz", teacher: "large.npz")
    #expect(large.errors.contains("'large.npz', tensor 'labels': label 2 of"), "\(large.errors)")
  }

  /// Dense labels, labels of another number and labels that are none do not matter to it.
  @Test func labelsThatNoTermReadsAreNotChecked() throws {
    for labels in [
      Tensor(repeating: 0, shape: [2, 6, 6]), Tensor([0, 1, 1], shape: [3]),
      Tensor([0, 0.5], shape: [2]),
    ] {
      try folder.write(["": labels], "labels.npy")
      let result = folder.score("logits", "--labels", "labels.npy")
      #expect(result.code == .done, "\(result.errors)")
      try folder.write(
        ["logits": Tensor([1, 2, 3, 4], shape: [2, 2]), "labels": labels], "own.npz")
      #expect(folder.score("logits", student: "own.npz").code == .done)
      let read = folder.score("logits + ce", student: "own.npz")
      #expect(read.code == .badData)
      #expect(read.errors.hasPrefix("kindred: 'own.npz', tensor 'labels' h"), "\(read.errors)")
    }
  }

  @Test func aTermOfWeightZeroIsNotRead() {
    #expect(folder.score("logits + 0*rkd.distance", "--format", "json").code == .done)
    #expect(folder.score("0*logits", "--gradient", "g.npz", "--format", "json").code == .done)
  }
}

@Suite struct ScoreErrorTests {
  let folder: ScoreFolder

  init() throws { folder = try ScoreFolder() }

  /// Every error leaves nothing behind, and nothing on standard output.
  private func expect(
    _ result: (code: ExitCode, output: String, errors: String), _ code: ExitCode, _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(result == (code, "", "kindred: \(message)\n"), sourceLocation: sourceLocation)
    #expect(try !folder.files.contains { $0.contains("g.") }, sourceLocation: sourceLocation)
  }

  @Test func files() throws {
    try expect(
      folder.score("logits", student: "none.npz", "--gradient", "g.npz"), .missingFile,
      "'none.npz' does not exist")
    try expect(
      folder.score("logits", teacher: "none.npy"), .missingFile, "'none.npy' does not exist")
    try expect(
      folder.score("logits", "--labels", "none.npy"), .missingFile, "'none.npy' does not exist")
    try expect(
      folder.score("logits", "--gradient", "none/g.npz"), .inputOutput,
      "'none/g.npz' cannot be written: there is no folder 'none'")
    try expect(
      folder.score("logits", "--gradient", "g.txt"), .badData,
      "'g.txt': found extension 'txt'; possible: .npy, .npz, .safetensors")
  }

  @Test func anExistingGradientIsNotReplaced() throws {
    try folder.write(["kept": Tensor([1], shape: [1])], "old.npz")
    #expect(
      folder.score("logits", "--gradient", "old.npz") == (
        .inputOutput, "", "kindred: 'old.npz' exists; --force overwrites it\n"
      ))
    #expect(try folder.read("old.npz").keys.sorted() == ["kept"])
    #expect(folder.score("logits", "--gradient", "old.npz", "--force").code == .done)
    #expect(try folder.read("old.npz").keys.sorted() == ["logits"])
  }

  @Test func formulas() throws {
    try expect(
      folder.score("logits + logit"), .badData,
      """
      no term 'logit' (did you mean 'logits'?); choose from 'adaptive', 'ce', 'cosineRamp', \
      'gradientNorm', 'kd', 'logits', 'match', 'ramp', 'rkd', 'rkd.angle', 'rkd.distance', \
      'uncertainty', at column 10 of
        logits + logit
                 ^
      """)
  }

  /// An example of weight 0 is as if it were in neither file: ((1 − 0)² + (2 − 2)²) / 2 = 0.5.
  @Test func examplesOfWeightZero() throws {
    let nan = Float.nan
    try folder.write(
      ["logits": Tensor([nan, 1e30, 1, 2], shape: [2, 2]), "weights": Tensor([0, 1])],
      "student.npz")
    try folder.write(["logits": Tensor([nan, 2, 0, 2], shape: [2, 2])], "teacher.npz")
    let result = folder.score("logits", "--gradient", "gradient.npz", "--format", "json")
    #expect(result.code == .done, "\(result.errors)")
    #expect(result.output.hasPrefix("{\n  \"value\": 0.5,"))
    let gradient = try folder.read("gradient.npz")
    #expect(gradient.keys.sorted() == ["logits"])
    #expect(gradient["logits"]?.scalars == [0, 0, 1, 0])

    try folder.write(
      ["logits": Tensor([1, 2, 3, nan], shape: [2, 2]), "weights": Tensor([0, 1])], "nan.npz")
    try expect(
      folder.score("logits", student: "nan.npz"), .badData,
      "'nan.npz', tensor 'logits' holds NaN at [1, 1]")
    for (weights, problem) in [
      (Tensor([1, 0.5]), "takes a 0 or a 1 for each example, of shape [N], but has 0.5 at [1]"),
      (
        Tensor([1, 0], shape: [2, 1]),
        "takes a 0 or a 1 for each example, of shape [N], but has shape [2, 1]"
      ),
    ] {
      try folder.write(
        ["logits": Tensor([1, 2, 3, 4], shape: [2, 2]), "weights": weights], "student.npz")
      try expect(
        folder.score("logits", "--gradient", "other.npz"), .badData,
        "'student.npz': 'weights' \(problem)")
    }
    try folder.write(
      ["logits": Tensor([1, 2, 3, 4], shape: [2, 2]), "weights": Tensor([1, 0, 1])], "student.npz")
    try expect(
      folder.score("logits", "--gradient", "other.npz"), .badData,
      "'student.npz', tensor 'weights' has 3 examples, but 'student.npz', tensor 'logits' has 2")
    #expect(try !folder.files.contains("other.npz"))
  }

  @Test func outputs() throws {
    try expect(
      folder.score("rkd.distance", "--gradient", "g.npz"), .badData,
      "'student.npz': no output 'embedding'; the only one is 'logits'")
    try folder.write(["": Tensor([1, 2], shape: [2, 1])], "lone.npy")
    try expect(
      folder.score("logits + rkd.distance + match(lastStage, with: huber)", student: "lone.npy"),
      .badData,
      """
      'lone.npy' holds one array without a name, but the loss reads 'embedding', the last \
      stage and 'logits' of the student: name them in an .npz or .safetensors file
      """)
    try folder.write(["logits": Tensor([0, 2, 3], shape: [3, 1])], "three.npz")
    try expect(
      folder.score("logits", teacher: "three.npz", "--gradient", "g.npz"), .badData,
      "'three.npz', tensor 'logits' has 3 examples, but 'student.npz', tensor 'logits' has 2")
    try folder.write(["logits": Tensor([], shape: [0, 2])], "empty.npz")
    try expect(
      folder.score("logits", student: "empty.npz", teacher: "empty.npz"), .badData,
      "'empty.npz', tensor 'logits' has no examples")
    try folder.write(["logits": Tensor([1, 2], shape: [2, 1])], "narrow.npz")
    try expect(
      folder.score("logits", teacher: "narrow.npz"), .badData,
      """
      'student.npz', tensor 'logits' and 'narrow.npz', tensor 'logits': logits: meanSquare \
      compares entry by entry, but the student's value has shape [2, 2] and the teacher's [2, 1]
      """)
    try folder.write(["logits": Tensor([1, 2], shape: [2])], "flat.npz")
    try expect(
      folder.score("kd", teacher: "flat.npz"), .badData,
      """
      'student.npz', tensor 'logits' and 'flat.npz', tensor 'logits': kd: \
      klDivergence(temperature: 4) compares entry by entry, but the student's value has shape \
      [2, 2] and the teacher's [2]
      """)
    try folder.write(["embedding": Tensor([1, 2, 3, 4], shape: [2, 2])], "square.npz")
    try folder.write(["embedding": Tensor([1, 2], shape: [2])], "flat.npz")
    let wrong = folder.score("rkd.distance", student: "square.npz", teacher: "flat.npz")
    #expect(wrong.code == .badData)
    #expect(
      wrong.errors.hasPrefix("kindred: 'flat.npz', tensor 'embedding': rkd.distance: "),
      "\(wrong.errors)")
    try expect(
      folder.score("match(lastStage, with: huber)"), .badData,
      "'student.npz': no output is a stage; the only one is 'logits'")
  }

  @Test(arguments: [(Float.nan, "NaN"), (.infinity, "inf"), (-.infinity, "-inf")])
  func valuesThatAreNotFinite(value: Float, text: String) throws {
    try folder.write(["logits": Tensor([1, 2, value, 4], shape: [2, 2])], "bad.npz")
    try expect(
      folder.score("logits", student: "bad.npz", "--gradient", "g.npz"), .badData,
      "'bad.npz', tensor 'logits' holds \(text) at [1, 0]")
    try expect(
      folder.score("logits", teacher: "bad.npz", "--gradient", "g.npz"), .badData,
      "'bad.npz', tensor 'logits' holds \(text) at [1, 0]")
  }

  @Test func overflow() throws {
    try folder.write(["logits": Tensor([1e30, 2, 3, 4], shape: [2, 2])], "large.npz")
    try expect(
      folder.score("logits", student: "large.npz", "--gradient", "g.npz"), .failed,
      "'logits' overflows: its value is inf")
  }

  @Test func labels() throws {
    try expect(
      folder.score("ce"), .badData,
      "'ce' needs labels, and there are none; --labels FILE gives them")
    try folder.write(["": Tensor([0, 2], shape: [2])], "labels.npy")
    try expect(
      folder.score("ce", "--labels", "labels.npy"), .badData,
      "'labels.npy': label 2 of example 1 is not one of the classes 0..<2")
    try folder.write(["": Tensor([0, -1], shape: [2])], "labels.npy")
    try expect(
      folder.score("ce", "--labels", "labels.npy"), .badData,
      "'labels.npy': label -1 of example 1 is not one of the classes 0..<2")
    try folder.write(["": Tensor([-100, -101], shape: [2])], "labels.npy")
    try expect(
      folder.score("ce", "--labels", "labels.npy"), .badData,
      "'labels.npy': label -101 of example 1 is not one of the classes 0..<2")
    try folder.write(["": Tensor([0, 0.5], shape: [2])], "labels.npy")
    try expect(
      folder.score("ce", "--labels", "labels.npy"), .badData,
      "'labels.npy' holds 0.5 at [1]; labels are whole numbers")
    try folder.write(["": Tensor([0, 1, 1, 0], shape: [2, 2])], "labels.npy")
    try expect(
      folder.score("ce", "--labels", "labels.npy"), .badData,
      "'labels.npy' has shape [2, 2]; labels are one whole number an example")
    try folder.write(["": Tensor([0, 1, 1], shape: [3])], "labels.npy")
    try expect(
      folder.score("ce", "--labels", "labels.npy"), .badData,
      "'labels.npy' has 3 examples, but 'student.npz', tensor 'logits' has 2")
    try folder.write(
      ["a": Tensor([0, 1], shape: [2]), "b": Tensor([0, 1], shape: [2])], "labels.npz")
    try expect(
      folder.score("ce", "--labels", "labels.npz"), .badData,
      "'labels.npz': no output 'labels'; choose from 'a', 'b'")
  }
}
