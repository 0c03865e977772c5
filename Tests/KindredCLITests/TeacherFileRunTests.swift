import Experiments
import Foundation
import Kindred
import KindredCLI
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Commands on recipes whose teacher is a file.
@Suite struct TeacherFileRunTests {
  let folder: ScoreFolder

  /// Twelve examples of five features to train on and nine to test on, of three classes, and a teacher that is
  /// right about four of them.
  init() throws {
    folder = try ScoreFolder()
    for (name, count) in [("train.npz", 12), ("test.npz", 9)] {
      var random = Random(seed: UInt64(count), "own data")
      let labels = Tensor((0..<count).map { Float($0 % 3) }, shape: [count])
      try folder.write(["features": random.normal(shape: [count, 5]), "labels": labels], name)
    }
    try folder.write(Self.outputs(rows: 12), "teacher.npz")
  }

  /// Logits whose largest is always the first, and embeddings.
  static func outputs(rows: Int, classes: Int = 3) -> [String: Tensor] {
    var random = Random(seed: 7, "teacher")
    let logits = (0..<rows * classes).map { Float($0 % classes == 0 ? 2 : 0) + Float($0) / 100 }
    return [
      "logits": Tensor(logits, shape: [rows, classes]),
      "embedding": random.normal(shape: [rows, 4]),
    ]
  }

  func kindred(_ words: String...) -> (code: ExitCode, output: String, errors: String) {
    let recording = Recording()
    let code = Program.kindred(registry: .linked)(words, console: recording.console())
    return (code, recording.output, recording.errors.replacing(folder.path + "/", with: ""))
  }

  func recipe(
    _ teacher: String = #"{ outputs: "teacher.npz" }"#, loss: String = "ce + kd",
    training: String = "", row: String = "", more: String = ""
  ) throws -> String {
    let path = folder.path("recipe.json5")
    let text = """
      {
        data: { train: "train.npz", test: "test.npz" }, teacher: \(teacher),
        student: { network: "mlp:4", training: { epochs: 1, batch: 4 \(training) } },
        rows: [{ name: "row", loss: "\(loss)" \(row) }] \(more)
      }
      """
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  func file(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path(name), encoding: .utf8)
  }

  // MARK: - What is said

  @Test func everybodySaysWhatTheFileHas() throws {
    let path = try recipe()
    let out = folder.path("out")
    let (code, _, errors) = kindred("run", path, "--out", out)
    #expect(code == .done, "\(errors)")
    let sentences = """
      It covers all 12 training examples. Its logits are right about 33.33 % of them. Its outputs are of \
      the examples as they are.
      """
    #expect(errors.contains("teacher teacher.npz: \(sentences)\n"), "\(errors)")
    let unmeasured = "A file of outputs is not measured itself."
    let page = try file("out/report.html").replacing("\u{A0}", with: " ")
    #expect(page.contains("The teacher teacher.npz is a file. \(sentences) \(unmeasured)"))
    #expect(page.contains("teacher.npz, a file of 12 rows"))
    let markdown = kindred("report", out, "--format", "markdown").output
    #expect(
      markdown.replacing("\u{A0}", with: " ").contains(
        "The teacher teacher.npz is a file. \(sentences)"), "\(markdown)")
    let results = try Results.read(Data(contentsOf: URL(filePath: out + "/results.json")))
    #expect(results.teacher == nil)
    #expect(results.recipe.teacher?.all[0].outputs == "teacher.npz")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: out + "/checkpoints") == [
        "1-row-seed1.safetensors"
      ])
  }

  @Test func aPlanSaysWhatTheFileHas() throws {
    let (code, output, errors) = kindred("plan", try recipe())
    #expect(code == .done, "\(errors)")
    let lines = output.split(separator: "\n").map { String($0) }
    let line = try #require(lines.first { $0.hasPrefix("teacher.npz ") })
    #expect(
      line.split(separator: " ").joined(separator: " ") == """
        teacher.npz 12 12 logits 3 dtype '<f4' embedding 4 dtype '<f4'
        """)
    #expect(
      output.contains("teacher.npz: It covers all 12 training examples. Its logits are right"))
  }

  @Test func aFixedTeacherIsReported() throws {
    _ = kindred(
      "run", try recipe(#"{ outputs: "teacher.npz", fixed: true }"#), "--out", folder.path("out"))
    let sentence = "Its outputs are fixed: they stay the same when augmentation changes an image."
    #expect(try file("out/report.html").contains(sentence))
    #expect(kindred("plan", folder.path("recipe.json5")).output.contains(sentence))
  }

  /// A student says and measures the same when its teacher's file is gone.
  @Test func studentsDoNotNeedTheFile() throws {
    let out = folder.path("out")
    let (code, _, errors) = kindred("run", try recipe(), "--out", out)
    #expect(code == .done, "\(errors)")
    try FileManager.default.removeItem(atPath: folder.path("teacher.npz"))
    for words in [
      ["predict", out, "--row", "row", "--images", folder.path("test.npz"), "--out", "said.npz"],
      ["evaluate", out, "--data", folder.path],
      ["export", "onnx", out, "--row", "row", "--out", "student.onnx"],
      ["report", out],
    ] {
      let words = words.map { $0.contains(".") && !$0.contains("/") ? folder.path($0) : $0 }
      let recording = Recording()
      #expect(
        Program.kindred(registry: .linked)(words, console: recording.console()) == .done,
        "\(words) \(recording.errors)")
    }
  }

  /// A run does not write over its teacher's file.
  @Test func theFileIsNotReplaced() throws {
    let out = folder.path("out")
    try FileManager.default.createDirectory(
      atPath: out + "/checkpoints", withIntermediateDirectories: true)
    try TensorFile.write(
      Self.outputs(rows: 12), to: out + "/checkpoints/1-row-seed1.safetensors")
    let path = try recipe(#"{ outputs: "out/checkpoints/1-row-seed1.safetensors" }"#)
    let (code, _, errors) = kindred("run", path, "--out", out, "--force")
    #expect(code == .inputOutput)
    #expect(
      errors.contains("this run would overwrite it with the weights of row, seed 1"), "\(errors)")
  }

  // MARK: - The teacher's neighbours

  static let withTest = #"{ outputs: "teacher.npz", test: "teacher-test.npz" }"#
  static let neighbours = ", evaluation: { teacherNeighbours: [2, 8] }"

  /// The share is that of the features which `predict` writes.
  @Test func theTeachersNeighboursAreCompared() throws {
    let taught = noise([9, 4], seed: 11)
    try folder.write(["embedding": taught], "teacher-test.npz")
    let out = folder.path("out")
    let path = try recipe(Self.withTest, loss: "ce + rkd", more: Self.neighbours)
    let (code, _, errors) = kindred("run", path, "--out", out)
    #expect(code == .done, "\(errors)")
    _ = kindred(
      "predict", out, "--row", "row", "--images", folder.path("test.npz"), "--out",
      folder.path("said.npz"))
    let said = try #require(try folder.read("said.npz")["embedding"])
    func nearest(_ tensor: Tensor) -> [Set<Int>] {
      let rows = (0..<9).map { tensor.rows([$0]).scalars }
      return (0..<9).map { row in
        func square(_ other: Int) -> Float {
          zip(rows[row], rows[other]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        let others = (0..<9).filter { $0 != row }.sorted {
          (square($0), $0) < (square($1), $1)
        }
        return Set(others.prefix(2))
      }
    }
    let shared = zip(nearest(said), nearest(taught)).reduce(0) {
      $0 + $1.0.intersection($1.1).count
    }
    let results = try Results.read(Data(contentsOf: URL(filePath: out + "/results.json")))
    let metrics = results.rows[0].metrics
    #expect(metrics["teacher neighbours@2"]?.values == [Double(shared) / 18])
    // Eight neighbours of nine examples are all others.
    #expect(metrics["teacher neighbours@8"]?.values == [1])
    #expect(kindred("evaluate", out, "--data", folder.path).code == .done)
  }

  @Test(arguments: [
    (
      #"{ outputs: "teacher.npz" }"#, 9, "2",
      """
      evaluation.teacherNeighbours: it needs the first teacher's outputs on test examples, in a file that \
      'teacher.test' names
      """
    ),
    (
      withTest, 8, "2",
      """
      the teacher teacher-test.npz: its 'embedding' has 8 rows, and the data has 9 test examples; an array \
      'index' says which examples the rows are of
      """
    ),
    (
      withTest, 9, "9",
      "evaluation.teacherNeighbours: expected 1 to 8, the number of other test images, not 9"
    ),
    (
      withTest, 9, "2, 2",
      "evaluation.teacherNeighbours: expected different whole numbers of 1 or more, not [2, 2]"
    ),
    (
      withTest, 9, #"2], layer: "hidden1", recall: [1"#,
      """
      evaluation.layer: the teacher (teacher-test.npz): no output 'hidden1'; the only one is 'embedding'
      """
    ),
    (
      #"{ network: "mlp:4", test: "teacher-test.npz" }"#, 9, "2",
      "teacher.test: it is of 'outputs' in a file, and there are none"
    ),
  ])
  func neighboursThatAreNotKnown(
    _ teacher: String, _ rows: Int, _ neighbours: String, _ message: String
  ) throws {
    try folder.write(["embedding": noise([rows, 4], seed: 11)], "teacher-test.npz")
    expectRefusal(
      message,
      of: try recipe(
        teacher, loss: "ce + rkd",
        more: ", evaluation: { teacherNeighbours: [\(neighbours)] }"))
  }

  /// A run that has ended does not stand for another file of the same name.
  @Test func anotherFileOfTheSameNameIsNotResumed() throws {
    let (path, out) = (try recipe(), folder.path("out"))
    #expect(kindred("run", path, "--out", out).code == .done)
    #expect(kindred("run", path, "--out", out, "--resume").code == .done)
    var outputs = Self.outputs(rows: 12)
    outputs["logits"] = outputs["logits"].map { $0 * 2 }
    try folder.write(outputs, "teacher.npz")
    let (code, _, errors) = kindred("run", path, "--out", out, "--resume")
    #expect(code == .badData)
    #expect(errors.contains("the outputs of the teacher teacher.npz were "), "\(errors)")
  }

  // MARK: - What is refused

  private func expectRefusal(
    _ message: String, of path: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for verb in [["run", path, "--out", folder.path("out")], ["plan", path]] {
      let recording = Recording()
      let code = Program.kindred(registry: .linked)(verb, console: recording.console())
      #expect(code == .badData, sourceLocation: sourceLocation)
      #expect(
        recording.errors.replacing(folder.path + "/", with: "")
          == "kindred: recipe.json5: \(message)\n",
        sourceLocation: sourceLocation)
      #expect(recording.output == "", sourceLocation: sourceLocation)
    }
    #expect(
      !FileManager.default.fileExists(atPath: folder.path("out")), sourceLocation: sourceLocation)
  }

  @Test func anotherNumberOfRows() throws {
    try folder.write(Self.outputs(rows: 10), "teacher.npz")
    expectRefusal(
      """
      the teacher teacher.npz: its 'logits' has 10 rows, and the data has 12 training examples; an array \
      'index' says which examples the rows are of
      """, of: try recipe())
  }

  @Test(arguments: [
    (
      [12, 3, 4, 5, 6, 7, 8, 9, 10, 11],
      "its 'index' has 12 at 0, and the data has 12 training examples, 0 to 11"
    ),
    ([2, 3, 4, 5, 6, 2, 8, 9, 10, 11], "its 'index' has 2 twice, at 0 and at 5"),
    ([2, 3], "its 'logits' has 10 rows, and its 'index' 2"),
  ])
  func anIndexThatIsWrong(_ index: [Int], _ problem: String) throws {
    try TensorFile.writeArchive(
      Self.outputs(rows: 10), wholes: ["index": index], to: folder.path("teacher.npz"),
      overwriting: true)
    expectRefusal("the teacher teacher.npz: \(problem)", of: try recipe())
  }

  /// The checksum of the features' bytes, as whole number or as metadata.
  @Test func theChecksumOfOtherData() throws {
    let features = try #require(try folder.read("train.npz")["features"])
    var checksum = Checksum()
    features.withUnsafeBufferPointer { checksum.add(UnsafeRawBufferPointer($0)) }
    let right = Int(checksum.value)
    let text = """
      the teacher teacher.npz: its 'images_crc32' is \(right ^ 1), and that of the training examples is \
      \(right): its rows are of other examples, or in another order
      """
    let file = folder.path("teacher.npz")
    let path = try recipe()
    for (number, message) in [(right, nil), (right ^ 1, text)] {
      try TensorFile.writeArchive(
        Self.outputs(rows: 12), wholes: ["images_crc32": [number]], to: file, overwriting: true)
      if let message { expectRefusal(message, of: path) }
      if message == nil { #expect(kindred("plan", path).code == .done) }
      let tensors = Self.outputs(rows: 12)
      let other = folder.path("teacher.safetensors")
      try TensorFile.write(
        tensors, to: other, metadata: ["images_crc32": "\(number)"], overwriting: true)
      let own = try recipe(#"{ outputs: "teacher.safetensors" }"#)
      if let message {
        expectRefusal(message.replacing("teacher.npz", with: "teacher.safetensors"), of: own)
      } else {
        #expect(kindred("plan", own).code == .done)
      }
      _ = try recipe()
    }
    try TensorFile.write(
      Self.outputs(rows: 12), to: folder.path("teacher.safetensors"),
      metadata: ["images_crc32": "1f"], overwriting: true)
    expectRefusal(
      """
      the teacher teacher.safetensors: its 'images_crc32' is '1f', not a whole number as \
      zlib.crc32(images.tobytes()) gives
      """, of: try recipe(#"{ outputs: "teacher.safetensors" }"#))
  }

  /// A number that is not finite is named, in what losses read.
  @Test func numbersThatAreNotFinite() throws {
    var outputs = Self.outputs(rows: 12)
    let logits = try #require(outputs["logits"])
    outputs["logits"] = Tensor(
      logits.scalars.enumerated().map { $0 == 16 ? .nan : $1 }, shape: [12, 3])
    try folder.write(outputs, "teacher.npz")
    expectRefusal("the teacher teacher.npz: its 'logits' is NaN at [5, 1]", of: try recipe())
    #expect(kindred("plan", try recipe(loss: "ce + rkd")).code == .done)
  }

  @Test(arguments: [
    (
      #"{ outptus: "teacher.npz" }"#, "ce + kd",
      "teacher: no 'outptus' (did you mean 'outputs'?); choose from 'network', 'load', 'outputs', 'test', 'fixed', 'size', 'normalization', 'loss', 'seed', 'training', 'name'"
    ),
    (
      #"{ outputs: "teacher.npz" }"#, "sp(layer: embedding, teacherLayer: embeding)",
      """
      rows[0].loss: the teacher (teacher.npz): no output 'embeding' (did you mean \
      'embedding'?); choose from 'embedding', 'logits'
      """
    ),
    (
      #"{ outputs: "teacher.npz" }"#, "sp(layer: hidden1)",
      """
      rows[0].loss: the teacher (teacher.npz): no output 'hidden1'; choose from \
      'embedding', 'logits'
      """
    ),
    (
      #"{ outputs: "teacher.npz" }"#, "sp(layer: embedding, teacherLayer: lastStage)",
      """
      rows[0].loss: the teacher (teacher.npz): no output is a stage; choose from 'embedding', 'logits'
      """
    ),
    (
      #"{ outputs: "teacher.npz", network: "mlp:4" }"#, "ce + kd",
      "teacher.network: it is of a network, and this teacher is a file, 'outputs'"
    ),
    (
      #"{ outputs: "teacher.npz", training: { epochs: 3 } }"#, "ce + kd",
      "teacher.training: it is of a network, and this teacher is a file, 'outputs'"
    ),
    (
      #"{ network: "mlp:4", fixed: true }"#, "ce + kd",
      "teacher.fixed: it is of 'outputs' in a file, and there are none"
    ),
  ])
  func settingsAndNames(_ teacher: String, _ loss: String, _ message: String) throws {
    expectRefusal(message, of: try recipe(teacher, loss: loss))
  }

  @Test func aFileThatIsNotThere() throws {
    let (code, _, errors) = kindred(
      "run", try recipe(#"{ outputs: "absent.npz" }"#), "--out", folder.path("out"))
    #expect(code == .missingFile)
    #expect(errors == "kindred: 'absent.npz' does not exist\n")
  }

  /// The teacher tells other classes apart than the data has.
  @Test func anotherNumberOfClasses() throws {
    try folder.write(Self.outputs(rows: 12, classes: 4), "teacher.npz")
    let (code, _, errors) = kindred("run", try recipe(), "--out", folder.path("out"))
    #expect(code == .badData)
    #expect(errors.hasPrefix("kindred: recipe.json5: rows[0].loss: "), "\(errors)")
    #expect(errors.contains("[4, 3]") && errors.contains("[4, 4]"), "\(errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }

  /// What needs the network itself is refused.
  @Test(arguments: [
    (
      "", "", ", evaluation: { spuriousTeacher: 4 }",
      """
      evaluation.spuriousTeacher: it needs every teacher's outputs on test examples, and 'teacher.npz' has \
      those of training examples
      """
    ),
    (
      #", sampler: { name: "superclassUniform", clusters: 2, each: 2 }"#, "", "",
      """
      student.training.sampler: 'superclassUniform' clusters the embeddings of the first teacher's network, \
      and 'teacher.npz' is a file
      """
    ),
    (
      "", #", classifier: "teacher""#, "",
      "rows[0].classifier: 'teacher.npz' is a file of outputs, which has no last layer"
    ),
  ])
  func whatNeedsANetwork(_ training: String, _ row: String, _ more: String, _ message: String)
    throws
  {
    expectRefusal(
      "\(message)",
      of: try recipe(
        loss: "ce + kd + simkd(layer: embedding)", training: training, row: row, more: more))
  }

  // MARK: - Augmentation

  @Test(arguments: [
    (
      "flip: true",
      """
      'flip' changes images, and the outputs in 'teacher.npz' are of images as they are; it has no array \
      'logits@mirrored', and teacher.fixed: true says that they stand for changed images too
      """
    ),
    (
      "crop: 1",
      """
      'crop' changes images, and the outputs in 'teacher.npz' are of images as they are; teacher.fixed: true \
      says that they stand for changed images too
      """
    ),
    (
      "shift: 1",
      """
      'shift' changes images, and the outputs in 'teacher.npz' are of images as they are; teacher.fixed: \
      true says that they stand for changed images too
      """
    ),
  ])
  func augmentationIsRefused(_ augmentation: String, _ message: String) throws {
    for (name, count) in [("train.npz", 12), ("test.npz", 9)] {
      let labels = Tensor((0..<count).map { Float($0 % 3) }, shape: [count])
      let images = noise([count, 1, 4, 4], in: 0...1, seed: UInt64(count))
      try folder.write(["images": images, "labels": labels], name)
    }
    let training = ", augmentation: { \(augmentation) }"
    expectRefusal(
      "student.training.augmentation: \(message)",
      of: try recipe(training: training))
    let fixed = try recipe(#"{ outputs: "teacher.npz", fixed: true }"#, training: training)
    #expect(kindred("plan", fixed).code == .done)
    // A loss that reads nothing of the teacher has no outputs to misplace.
    #expect(kindred("plan", try recipe(loss: "ce", training: training)).code == .done)
  }
}
