import Experiments
import Foundation
import Kindred
import KindredCLI
import TensorFiles
import Tensors
import Testing
import Training

/// Data whose labels are probabilities.
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
}
