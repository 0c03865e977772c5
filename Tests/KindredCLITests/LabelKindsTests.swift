import Experiments
import Foundation
import Kindred
import KindredCLI
import TensorFiles
import Tensors
import Testing
import Training

/// Data whose labels are probabilities, and data without labels.
@Suite struct LabelKindsTests {
  let folder: ScoreFolder

  init() throws { folder = try ScoreFolder() }

  private func kindred(_ words: String...) -> (code: ExitCode, output: String, errors: String) {
    let recording = Recording()
    let code = Program.kindred(registry: .linked)(words, console: recording.console())
    return (code, recording.output, recording.errors.replacing(folder.path + "/", with: ""))
  }

  /// Writes a recipe with these rows, and returns its path.
  private func recipe(_ rows: String, more: String = "", training: String = "") throws -> String {
    let path = folder.path("recipe.json5")
    let text = """
      {
        data: { train: "train.npz", test: "test.npz" }, \(more)
        student: { network: "mlp:4", training: { epochs: 2, batch: 8 \(training) } },
        rows: [\(rows)],
      }
      """
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  /// Writes 24 examples of 5 features to train on and 15 to test on, with labels that `labels` makes of their
  /// number.
  private func write(
    _ labels: @escaping (Int) -> Tensor?, ofTest testLabels: ((Int) -> Tensor?)? = nil
  ) throws {
    for (name, count, labels) in [
      ("train.npz", 24, labels), ("test.npz", 15, testLabels ?? labels),
    ] {
      var random = Random(seed: UInt64(count), "label kinds")
      var tensors = ["features": random.normal(shape: [count, 5])]
      tensors["labels"] = labels(count)
      try TensorFile.write(tensors, to: folder.path(name), overwriting: true)
    }
  }

  private static func classes(_ count: Int) -> Tensor {
    Tensor((0..<count).map { Float($0 % 3) }, shape: [count])
  }

  /// Probability `p` for the class, and the rest for others.
  private static func rows(_ p: Float) -> (Int) -> Tensor {
    { count in
      Tensor(
        (0..<count * 3).map { $0 / 3 % 3 == $0 % 3 ? p : (1 - p) / 2 }, shape: [count, 3])
    }
  }

  /// The results of a run of one row of `ce`, as they are written.
  private func results(_ name: String, training: String = "") throws -> Results {
    let out = folder.path(name)
    let path = try recipe("{ loss: \"ce\" }", training: training)
    let (code, _, errors) = kindred("run", path, "--out", out)
    #expect(code == .done, "\(errors)")
    return try Results.read(Data(contentsOf: URL(filePath: out + "/results.json")))
  }

  @Test func softLabelsTrainAndTest() throws {
    try write(Self.rows(0.5))
    let plan = kindred(
      "plan",
      try recipe(
        "{ loss: \"ce(labelSmoothing: 0.1) + 0.1*rkd\" }",
        more: "teacher: { network: \"mlp:4\", training: { epochs: 1, batch: 8 } },"))
    #expect(plan.code == .done, "\(plan.errors)")
    #expect(
      plan.output.hasPrefix(
        "arrays in .npz: 24 examples of 5 features to train, 15 to test, soft labels, 3 classes\n"))
    let soft = try results("soft")
    #expect(soft.rows[0].metrics["accuracy"] != nil)
    // The loss of uncertain labels is at least their entropy, log 2 + (1/2) log 2.
    let loss = try #require(soft.rows[0].history[0].epochs.last?.loss)
    #expect(loss > 1.5 * 0.6931)
    try write(Self.classes)
    let hard = try results("hard")
    #expect(hard.rows[0].history[0].epochs.last?.loss != loss)
    // One 1 in each row is a class, to the bit.
    try write(Self.rows(1))
    let oneHot = try results("oneHot")
    #expect(
      oneHot.rows[0].history[0].epochs.map { $0.loss }
        == hard.rows[0].history[0].epochs.map { $0.loss })
    #expect(oneHot.rows[0].metrics["accuracy"]?.values == hard.rows[0].metrics["accuracy"]?.values)
  }

  /// Batches of each class, and test examples with classes alone.
  @Test func softLabelsAreClassesForSamplersAndTests() throws {
    try write(Self.rows(0.5), ofTest: Self.classes)
    let few = try results(
      "few", training: ", images: 12, sampler: { name: \"classUniform\", each: 4 }")
    #expect(few.rows[0].metrics["accuracy"] != nil)
  }

  @Test(arguments: ["dkd.target", "ce + dkd.target", "ce + triplet"])
  func softLabelsAreNoClasses(loss: String) throws {
    try write(Self.rows(0.5))
    let path = try recipe(
      "{ loss: \"ce\" }, { loss: \"\(loss)\" }", more: "teacher: { network: \"mlp:4\" },")
    let term = loss.split(separator: " ").last ?? ""
    let message = """
      recipe.json5: rows[1].loss: '\(term)' needs the class of each example, and the data have soft labels; \
      possible: 'ce', which takes them, and losses that read no labels
      """
    for command in ["plan", "run"] {
      let (code, _, errors) = kindred(command, path)
      #expect((code, errors) == (.badData, "kindred: \(message)\n"))
    }
  }

  // MARK: - No labels

  private static func none(_ count: Int) -> Tensor? { nil }

  /// Writes what a teacher says of the 24 examples to train on: 4 logits and 6 features.
  private func writeTeacher() throws {
    var random = Random(seed: 1, "label kinds")
    try TensorFile.write(
      ["logits": random.normal(shape: [24, 4]), "embedding": random.normal(shape: [24, 6])],
      to: folder.path("teacher.npz"), overwriting: true)
  }

  private static let teacher = "teacher: { outputs: \"teacher.npz\" },"

  @Test func withoutLabelsARunHasNoAccuracy() throws {
    try write(Self.none)
    try writeTeacher()
    let path = try recipe(
      "{ name: \"kd\", loss: \"kd + 0.1*rkd\" }", more: Self.teacher, training: ", images: 16")
    let (planned, plan, warnings) = kindred("plan", path)
    #expect(planned == .done, "\(warnings)")
    #expect(
      plan.hasPrefix(
        "arrays in .npz: 24 examples of 5 features to train, 15 to test, no labels\n"))
    let warning = """
      warning: recipe.json5: data: the examples to test on have no labels, so that no accuracy is measured
      """
    #expect(warnings.contains(warning))
    #expect(!plan.contains("Its logits are right"))

    let out = folder.path("out")
    let (code, table, errors) = kindred("run", path, "--out", out)
    #expect(code == .done, "\(errors)")
    #expect(errors.contains(warning))
    #expect(errors.contains("train.npz: 24 images, 15 to test, no labels\n"))
    #expect(!(table + errors.replacing(warning, with: "")).contains("accuracy"))
    let results = try Results.read(Data(contentsOf: URL(filePath: out + "/results.json")))
    #expect(results.rows[0].metrics.isEmpty)
    #expect(results.rows[0].history[0].epochs.allSatisfy { $0.accuracy == nil && $0.loss > 0 })
    let (reported, markdown, problems) = kindred("report", out, "--format", "markdown")
    #expect(reported == .done, "\(problems)")
    for text in [markdown, try String(contentsOfFile: out + "/report.html", encoding: .utf8)] {
      #expect(text.contains("The test data have no labels, so that no accuracy is measured."))
      #expect(!text.contains("accuracy on") && !text.contains("accuracy, %"))
      #expect(!text.contains(" classes"))
    }
  }

  /// The student tells as many classes apart as the teacher does.
  @Test func withoutLabelsStudentsLeaveAsOthersDo() throws {
    try write(Self.none)
    try writeTeacher()
    let out = folder.path("out")
    let path = try recipe("{ name: \"kd\", loss: \"kd\" }", more: Self.teacher)
    #expect(kindred("run", path, "--out", out).code == .done)
    let said = folder.path("said.npz")
    var (code, _, errors) = kindred(
      "predict", out, "--row", "kd", "--images", folder.path("test.npz"), "--out", said)
    #expect(code == .done, "\(errors)")
    #expect(try TensorFile(said).tensor("logits").shape == [15, 4])
    (code, _, errors) = kindred(
      "export", "onnx", out, "--row", "kd", "--out", folder.path("kd.onnx"))
    #expect(code == .done, "\(errors)")
    (code, _, errors) = kindred("evaluate", out, "--data", folder.path("test.npz"))
    #expect(code == .badData)
    #expect(
      errors == """
        kindred: 'test.npz': it has no labels to measure a student by; 'kindred predict' says what a student \
        makes of it

        """)
    try write(Self.classes)
    var output: String
    (code, output, errors) = kindred("evaluate", out, "--data", folder.path("test.npz"))
    #expect(code == .done, "\(errors)")
    #expect(output.contains("accuracy %"))
  }

  @Test func onePartMayHaveLabels() throws {
    try writeTeacher()
    try write(Self.none, ofTest: Self.classes)
    var path = try recipe("{ loss: \"kd\" }", more: Self.teacher + "evaluation: { recall: [1] },")
    var (code, output, errors) = kindred("plan", path)
    #expect(code == .done, "\(errors)")
    #expect(output.contains("15 to test, no labels to train on, 4 classes\n"))
    (code, output, errors) = kindred("run", path, "--out", folder.path("first"))
    #expect(code == .done, "\(errors)")
    #expect(output.contains("accuracy %") && output.contains("recall@1 %"))
    try write(Self.classes, ofTest: Self.none)
    path = try recipe("{ loss: \"ce\" }")
    (code, output, errors) = kindred("plan", path)
    #expect(code == .done, "\(errors)")
    #expect(output.contains("15 to test, 3 classes, no labels to test on\n"))
    (code, output, errors) = kindred("run", path, "--out", folder.path("second"))
    #expect(code == .done, "\(errors)")
    #expect(!output.contains("accuracy"))
  }

  private static let noLabels = "the examples to train on have no labels"

  @Test(arguments: [
    (
      "{ loss: \"kd\" }, { loss: \"0.1*ce + kd\" }", teacher, "",
      """
      rows[1].loss: 'ce' needs labels, and the examples to train on have none; possible: losses that read no \
      labels, such as 'kd' and 'rkd'
      """
    ),
    (
      "{ loss: \"kd\" }", "teacher: { network: \"mlp:4\" },", "",
      """
      teacher.loss: 'ce' needs labels, and the examples to train on have none; possible: losses that read no \
      labels, such as 'kd' and 'rkd'; a teacher that is there already needs none: 'load' or 'outputs' names its file
      """
    ),
    (
      "{ loss: \"kd\" }", teacher, ", sampler: { name: \"classUniform\" }",
      """
      student.training.sampler: 'classUniform' draws from classes, and \(noLabels); possible: 'uniform', \
      'superclassUniform'
      """
    ),
    (
      "{ loss: \"weight*kd\", weights: [1, 2] }", teacher + "validation: { images: 4 },", "",
      "rows[0].weights: one is chosen by accuracy on training examples, which have no labels"
    ),
    (
      "{ loss: \"kd\" }", teacher + "evaluation: { recall: [1] },", "",
      "evaluation.recall: it is measured by labels, and the examples to test on have none"
    ),
    (
      "{ loss: \"kd\" }", teacher + "evaluation: { training: true },", "",
      "evaluation.training: it is measured by labels, and the examples to train on have none"
    ),
    (
      "{ name: \"a\", loss: \"kd\" }, { name: \"b\", loss: \"rkd\" }",
      teacher + "comparisons: [{ row: \"b\" }],", "",
      "comparisons[0].metric: it is measured by labels, and the examples to test on have none"
    ),
  ])
  func whatNeedsLabelsIsRefused(
    rows: String, more: String, training: String, message: String
  ) throws {
    try write(Self.none)
    try writeTeacher()
    let path = try recipe(rows, more: more, training: training)
    for command in ["plan", "run"] {
      let (code, _, errors) = kindred(command, path)
      #expect((code, errors) == (.badData, "kindred: recipe.json5: \(message)\n"))
    }
  }

  /// A misspelt name is no reason to train without labels.
  @Test func labelsOfAnotherNameAreAnError() throws {
    try write(Self.none)
    try TensorFile.write(
      ["features": Tensor(repeating: 1, shape: [24, 5]), "label": Self.classes(24)],
      to: folder.path("train.npz"), overwriting: true)
    let (code, _, errors) = kindred("plan", try recipe("{ loss: \"ce\" }"))
    #expect(code == .badData)
    #expect(
      errors
        == "kindred: 'train.npz': found no array 'labels'; possible: 'features', 'label'\n")
  }

  @Test func newRecipeWithoutLabels() throws {
    try write(Self.none)
    let path = folder.path("new.json5")
    var (code, _, errors) = kindred("new", "recipe", folder.path, "--out", path)
    #expect(code == .badData)
    #expect(errors.contains("it has no labels to train on, from which a teacher would learn"))
    try writeTeacher()
    let teacher = folder.path("teacher.npz")
    (code, _, errors) = kindred(
      "new", "recipe", folder.path, "--teacher", teacher, "--out", path)
    #expect(code == .done, "\(errors)")
    (code, _, errors) = kindred("plan", path)
    #expect(code == .done, "\(errors)")
  }
}
