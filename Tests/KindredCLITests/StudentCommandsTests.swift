import Experiments
import Foundation
import Kindred
import KindredCLI
import TensorFiles
import Tensors
import Testing
import Training

/// `kindred predict`, `kindred evaluate`, `kindred export onnx` and `kindred export torch`.
@Suite struct StudentCommandsTests {
  let folder: ScoreFolder

  /// A folder `run` with two students each of the rows `a` and `b`, on four features and two classes. The
  /// student of `b` with seed 2 diverged. The other students see the first feature alone: their logits are
  /// its rectified value and its negative, times 1 for row `a` and times 2 for row `b`.
  init() throws {
    folder = try ScoreFolder()
    let files = FileManager.default
    try files.createDirectory(
      atPath: folder.path("run/checkpoints"), withIntermediateDirectories: true)
    let recipe = try Recipe.read(
      Data(
        """
        { data: { train: "train.npz", test: "test.npz" }, seeds: [1, 2], evaluation: { recall: [1] },
          student: { network: "mlp:2" }, rows: [{ name: "a", loss: "ce" }, { name: "b", loss: "ce" }] }
        """.utf8))
    try JSONEncoder().encode(recipe).write(to: URL(filePath: folder.path("run/recipe.json")))
    for (name, scale, seed) in [("1-a", Float(1), 1), ("1-a", 1, 2), ("2-b", 2, 1)] {
      try Checkpoint.save(
        student(scale: scale), to: folder.path("run/checkpoints/\(name)-seed\(seed).safetensors"))
    }
    try write(features: [[1, 9, 9, 9], [-1, 9, 9, 9], [2, 0, 0, 0]], labels: [1, 0, 0])
  }

  /// Features of mean 0 are divided by 2 before the network sees them.
  private func student(scale: Float) throws -> TrainedModel {
    let network = try Networks.standard.named(
      "mlp:2", classes: 2, shape: ImageShape(channels: 4, height: 1, width: 1))
    let weights = Weights(parameters: [
      .init("hidden1.weight", Tensor([1, 0, 0, 0, -1, 0, 0, 0], shape: [2, 4])),
      .init("hidden1.bias", .zeros([2])),
      .init("logits.weight", Tensor([0, 2 * scale, 2 * scale, 0], shape: [2, 2])),
      .init("logits.bias", .zeros([2])),
    ])
    let examples = ImageDataSet(
      name: "", features: [2, 2, 2, 2, -2, -2, -2, -2], labels: [0, 1], classes: ["no", "yes"])
    return TrainedModel(
      Model(network: network, weights: weights),
      input: ModelInput(examples, normalizedBy: PixelNormalization(of: examples)),
      classes: ["no", "yes"])
  }

  private func write(features: [[Float]], labels: [Float], _ name: String = "new.npz") throws {
    try folder.write(
      [
        "features": Tensor(features.flatMap { $0 }, shape: [features.count, features[0].count]),
        "labels": Tensor(labels, shape: [labels.count]),
      ], name)
  }

  private func kindred(_ words: String...) -> (code: ExitCode, output: String, errors: String) {
    let recording = Recording()
    let code = Program.kindred(registry: .linked)(words, console: recording.console())
    return (
      code, recording.output.replacing(folder.path + "/", with: ""),
      recording.errors.replacing(folder.path + "/", with: "")
    )
  }

  // MARK: - predict

  /// Logits of the feature 1, normalised to ½: 0 and 2 · ½ in row `a`.
  @Test func predictWritesEverything() throws {
    let (code, _, errors) = kindred(
      "predict", folder.path("run"), "--row", "a", "--images", folder.path("new.npz"),
      "--out", folder.path("said.npz"))
    #expect(code == .done)
    #expect(errors == "said.npz: 3 examples\n")
    let said = try folder.read("said.npz")
    #expect(said["logits"]?.scalars == [0, 1, 1, 0, 0, 2])
    #expect(said["embedding"]?.scalars == [0.5, 0, 0, 0.5, 1, 0])
    #expect(said["classes"]?.scalars == [1, 0, 1])
    let probability = try #require(said["probabilities"]?.scalars[1])
    #expect(abs(probability - 1 / (1 + exp(-1))) < 1e-6)
    let classes = try TensorFile(folder.path("said.npz")).values("classes")
    #expect(classes.values.map { "\($0)" } == ["1", "0", "1"])
  }

  @Test func predictionsAreTextToo() throws {
    let images = ["--images", folder.path("new.npz")]
    let start = ["predict", folder.path("run"), "--row", "b", "--seed", "1"]
    func run(_ words: [String]) -> ExitCode {
      Program.kindred(registry: .linked)(words, console: Recording().console())
    }
    #expect(run(start + images + ["--out", folder.path("said.csv")]) == .done)
    #expect(run(start + images + ["--out", folder.path("said.jsonl")]) == .done)
    let csv = try String(contentsOfFile: folder.path("said.csv"), encoding: .utf8)
      .split(separator: "\n")
    #expect(
      csv[0] == """
        example,class,name,logits_0,logits_1,probabilities_0,probabilities_1,embedding_0,embedding_1
        """)
    #expect(csv[3].hasPrefix("2,1,yes,0.0,4.0,") && csv[3].hasSuffix(",1.0,0.0"))
    let lines = try String(contentsOfFile: folder.path("said.jsonl"), encoding: .utf8)
      .split(separator: "\n")
    struct Line: Decodable {
      var example, name: String
      var `class`: Int
      var logits, probabilities, embedding: [Float]
    }
    let line = try JSONDecoder().decode(Line.self, from: Data(lines[1].utf8))
    #expect((line.example, line.name, line.class) == ("1", "no", 0))
    #expect((line.logits, line.embedding) == ([2, 0], [0, 0.5]))
    // Standard output has the class and its probability.
    let brief = kindred(
      "predict", folder.path("run"), "--row", "a", "--images", folder.path("new.npz"))
    #expect(brief.output == "0\tyes\t73.1 %\n1\tno\t73.1 %\n2\tyes\t88.1 %\n")
  }

  @Test func predictReadsTablesWithAndWithoutLabels() throws {
    try Data("a,b,c,d\n1,9,9,9\n-1,9,9,9\n".utf8).write(to: URL(filePath: folder.path("new.csv")))
    let plain = kindred(
      "predict", folder.path("run"), "--row", "a", "--images", folder.path("new.csv"))
    #expect(plain.output == "0\tyes\t73.1 %\n1\tno\t73.1 %\n", "\(plain.errors)")
    try Data("a,b,c,d,label\n1,9,9,9,no\n".utf8).write(to: URL(filePath: folder.path("new.csv")))
    let labelled = kindred(
      "predict", folder.path("run"), "--row", "a", "--images", folder.path("new.csv"))
    #expect(labelled.output == "0\tyes\t73.1 %\n", "\(labelled.errors)")
  }

  // MARK: - evaluate

  /// Two of three labels of the data are those of row `a`. Its nearest neighbours by features have another
  /// class for the first and the last example.
  @Test func evaluateMeasuresEveryStudent() throws {
    let (code, output, errors) = kindred(
      "evaluate", folder.path("run"), "--data", folder.path("new.npz"))
    #expect(code == .done, "\(errors)")
    #expect(
      output == """
        arrays in .npz: 3 examples

        row  seeds    accuracy %   recall@1 %
        ───  ─────  ────────────  ───────────
        a        2  66.67 ± 0.00  0.00 ± 0.00
        b        1         66.67         0.00

        """)
    let one = kindred(
      "evaluate", folder.path("run"), "--data", folder.path("new.npz"), "--row", "a", "--seed", "2",
      "--format", "json")
    struct Text: Decodable {
      struct Student: Decodable {
        var row: String
        var seed: Int
        var metrics: [String: Double]
      }
      var examples: Int
      var students: [Student]
    }
    let json = try JSONDecoder().decode(Text.self, from: Data(one.output.utf8))
    #expect(json.examples == 3)
    #expect(json.students.map { $0.seed } == [2])
    #expect(json.students[0].metrics == ["accuracy": 2.0 / 3, "recall@1": 0])
  }

  /// A table names its classes, whose order is another than the student's.
  @Test func classesAreFoundByName() throws {
    let path = folder.path("named.csv")
    try Data("a,b,c,d,label\n1,0,0,0,yes\n2,0,0,0,yes\n-1,0,0,0,no\n-2,0,0,0,no\n".utf8)
      .write(to: URL(filePath: path))
    let found = kindred("evaluate", folder.path("run"), "--data", path, "--row", "a")
    #expect(found.output.contains("a        2  100.00 ± 0.00"), "\(found.output)\(found.errors)")
    try Data("a,b,c,d,label\n1,0,0,0,yes\n2,0,0,0,perhaps\n".utf8).write(to: URL(filePath: path))
    let foreign = kindred("evaluate", folder.path("run"), "--data", path)
    #expect(foreign.code == .badData)
    #expect(
      foreign.errors == """
        kindred: 'named.csv': it has the class 'perhaps', and the student tells 2 others apart, 'no', \
        'yes'

        """)
  }

  // MARK: - export

  @Test func exportsHaveAPage() throws {
    let onnx = kindred(
      "export", "onnx", folder.path("run"), "--row", "a", "--out", folder.path("a.onnx"))
    #expect((onnx.code, onnx.output) == (.done, "a.onnx\na.md\n"), "\(onnx.errors)")
    let page = try String(contentsOfFile: folder.path("a.md"), encoding: .utf8)
    #expect(page.hasPrefix("# mlp:2, 'a', seed 1\n"))
    #expect(page.contains("| input | `images`: features as they are, N×4, Float32 |"))
    #expect(page.contains("| classes | 2: no, yes |"))
    let again = kindred(
      "export", "onnx", folder.path("run"), "--row", "b", "--out", folder.path("a.onnx"))
    #expect(again.code == .inputOutput && again.errors.hasPrefix("kindred: 'a.onnx' exists"))

    let torch = kindred(
      "export", "torch", folder.path("run"), "--row", "b", "--out", folder.path("student"))
    #expect((torch.code, torch.output) == (.done, "student\n"), "\(torch.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path("student"))
    #expect(files.sorted() == ["README.md", "student.py", "student.safetensors"])
    #expect(
      try TensorFile.metadata(of: folder.path("student/student.safetensors")) == ["format": "pt"])
    let tensors = try folder.read("student/student.safetensors")
    #expect(tensors["mean"]?.scalars == [0, 0, 0, 0])
    #expect(tensors["deviation"]?.scalars == [2, 2, 2, 2])
    #expect(tensors["logits.weight"]?.scalars == [0, 4, 4, 0])
    #expect(try folder.files.filter { $0.hasSuffix(".partial") }.isEmpty)
  }

  // MARK: - What is wrong

  static let wrong: [(words: [String], code: ExitCode, message: String)] = [
    (
      ["predict", "nothing", "--images", "new.npz"], .missingFile,
      "'nothing' is no folder of a run: it has no recipe.json"
    ),
    (
      ["predict", "run", "--images", "new.npz"], .badData,
      "'run' has several rows; choose from 'a', 'b'"
    ),
    (
      ["export", "onnx", "run", "--row", "c", "--out", "c.onnx"], .badData,
      "'run' has no row 'c'; choose from 'a', 'b'"
    ),
    (
      ["export", "onnx", "run", "--row", "a", "--seed", "7", "--out", "c.onnx"], .badData,
      "'run' has no students of seed 7; its seeds are 1, 2"
    ),
    (
      ["export", "torch", "run", "--row", "b", "--seed", "2", "--out", "c"], .badData,
      "the student of 'b' with seed 2 is not trained yet: the run in 'run' has not ended"
    ),
    (
      ["export", "onnx", "run", "--row", "a", "--out", "c.pb"], .usage,
      "'--out' takes a name that ends in .onnx, not 'c.pb'"
    ),
    (
      ["predict", "run", "--row", "a", "--images", "new.npz", "--out", "said.txt"], .usage,
      "'--out' takes a name that ends in .npz, .csv or .jsonl, not 'said.txt'"
    ),
    (
      ["predict", "run", "--row", "a", "--images", "absent.npz"], .missingFile,
      "'absent.npz' does not exist"
    ),
    (
      ["predict", "run", "--row", "a", "--images", "three.npz"], .badData,
      "'three.npz': it has 3 features, and the student reads 4 features"
    ),
    (
      ["evaluate", "run", "--data", "three.npz"], .badData,
      "'three.npz': it has 3 features, and the student reads 4 features"
    ),
    (
      ["evaluate", "run", "--data", "absent"], .missingFile, "'absent' does not exist"
    ),
  ]

  @Test(arguments: wrong.indices) func mistakesAreNamed(index: Int) throws {
    let (words, code, message) = Self.wrong[index]
    try write(features: [[1, 2, 3], [4, 5, 6]], labels: [0, 1], "three.npz")
    let before = try folder.files.sorted()
    let files: Set = ["nothing", "run", "new.npz", "three.npz", "absent.npz", "absent"]
    let recording = Recording()
    let found = Program.kindred(registry: .linked)(
      words.map {
        files.contains($0) || $0.contains(".") || $0 == "c" && words.last == $0
          ? folder.path($0) : $0
      },
      console: recording.console())
    #expect(found == code)
    let errors = recording.errors.replacing(folder.path + "/", with: "")
    #expect(errors.split(separator: "\n").first == "kindred: \(message)")
    #expect(try folder.files.sorted() == before)
  }

  @Test func aCheckpointOfAnotherKindIsRefused() throws {
    let path = folder.path("run/checkpoints/1-a-seed1.safetensors")
    let model = try Checkpoint.read(path).model
    try Checkpoint.save(model, to: path, classes: 2, overwriting: true)
    let (code, _, errors) = kindred(
      "predict", folder.path("run"), "--row", "a", "--seed", "1", "--images", folder.path("new.npz")
    )
    #expect(code == .badData)
    #expect(
      errors == """
        kindred: the checkpoint run/checkpoints/1-a-seed1.safetensors: it does not say what its \
        network reads and tells apart, as checkpoints of a run with this version do

        """)
  }
}
