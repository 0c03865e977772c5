import Foundation
import Kindred
import TensorFiles
import Testing

@testable import KindredCLI

/// What `kindred score` reads of its files, what it leaves, and what two files must agree on.
@Suite struct ScoreFilesTests {
  let folder: ScoreFolder

  init() throws { folder = try ScoreFolder() }

  /// An `.npy` file, or a member of an `.npz`, with this header and these bytes.
  private static func array(
    _ descriptor: String, _ shape: String, _ content: [UInt8], order: String = "False"
  ) -> [UInt8] {
    let header = "{'descr': '\(descriptor)', 'fortran_order': \(order), 'shape': (\(shape)), }\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
      + content
  }

  private static func bytes<Number: BitwiseCopyable>(_ numbers: [Number]) -> [UInt8] {
    numbers.withUnsafeBytes { Array($0) }
  }

  private static func integers(_ numbers: [Int]) -> [UInt8] {
    array("<i8", "\(numbers.count),", bytes(numbers))
  }

  private func write(_ name: String, _ content: [UInt8]) throws {
    try Data(content).write(to: URL(filePath: folder.path(name)))
  }

  /// A `.safetensors` file.
  private func write(
    _ name: String, _ tensors: [(name: String, type: String, shape: [Int], content: [UInt8])]
  ) throws {
    var (items, content): ([String], [UInt8]) = ([], [])
    for tensor in tensors {
      let end = content.count + tensor.content.count
      items.append(
        """
        "\(tensor.name)":{"dtype":"\(tensor.type)","shape":\(tensor.shape),\
        "data_offsets":[\(content.count),\(end)]}
        """)
      content += tensor.content
    }
    let header = Array("{\(items.joined(separator: ","))}".utf8)
    try write(name, Self.bytes([UInt64(header.count).littleEndian]) + header + content)
  }

  private static let logits: [UInt8] = bytes([1, 2, 3, 4] as [Float])

  private func value(_ result: (code: ExitCode, output: String, errors: String)) -> String {
    result.output.split(separator: "\n").dropFirst().first.map(String.init) ?? result.errors
  }

  // Labels.

  /// 2²⁴ and 2²⁴ + 1 are one number in Float32, and two labels.
  @Test func labelsStayWholeNumbers() throws {
    let square = Tensor([0, 0, 0, 0], shape: [2, 2])
    try folder.write(["logits": square], "student.npz")
    for (label, text) in [
      (16_777_217, "16777217"), (Int.max, "9223372036854775807"), (Int.min, "-9223372036854775808"),
    ] {
      try write("y.npy", Self.integers([0, label]))
      let result = folder.score("ce", "--labels", "y.npy")
      #expect(result.code == .badData)
      #expect(
        result.errors
          == "kindred: 'y.npy': label \(text) of example 1 is not one of the classes 0..<2\n")
    }
  }

  @Test(arguments: [
    ("|b1", bytes([0, 1] as [UInt8])), ("|i1", bytes([0, 1] as [Int8])),
    ("<u2", bytes([0, 1] as [UInt16])), (">i2", bytes([0, 1].map { Int16($0).bigEndian })),
    (">u8", bytes([0, 1].map { UInt64($0).bigEndian })), ("<f2", [0, 0, 0, 0x3C]),
    (">f8", bytes([0, 1].map { Double($0).bitPattern.bigEndian })),
  ])
  func labelsOfAnyType(descriptor: String, content: [UInt8]) throws {
    try folder.write(["logits": Tensor([0, 0, 0, 0], shape: [2, 2])], "student.npz")
    let expected = "  \"value\": \(Double(Float(log(2.0)))),"
    for shape in ["2,", "2, 1", "1, 2"] {
      for order in ["False", "True"] {
        try write("y.npy", Self.array(descriptor, shape, content, order: order))
        #expect(value(folder.score("ce", "--labels", "y.npy", "--format", "json")) == expected)
      }
    }
  }

  @Test(arguments: [
    (
      array("<u8", "2,", bytes([0, UInt64.max])),
      "18446744073709551615 at [1]; labels are whole numbers up to 9223372036854775807"
    ),
    (
      array("<f4", "2,", bytes([0, 16_777_216] as [Float])),
      """
      16777216 at [1]; from there on its floating-point type does not tell whole numbers apart, so \
      that labels may have been rounded: save them as int64
      """
    ),
    (
      array("<f8", "2,", bytes([0, 9_007_199_254_740_992] as [Double])),
      """
      9007199254740992 at [1]; from there on its floating-point type does not tell whole numbers \
      apart, so that labels may have been rounded: save them as int64
      """
    ),
    (
      array("<f4", "2,", bytes([0, 0.1] as [Float])), "0.1 at [1]; labels are whole numbers"
    ),
    (
      array("<f4", "2,", bytes([0, Float.nan])), "nan at [1]; labels are whole numbers"
    ),
    (
      array("<U1", "2,", bytes([0x61, 0x62] as [UInt32])),
      "'a' at [0]; labels are whole numbers: np.unique(array, return_inverse=True)[1]"
    ),
  ])
  func labelsThatAreNone(content: [UInt8], problem: String) throws {
    try write("y.npy", content)
    let result = folder.score("ce", "--labels", "y.npy")
    #expect(result.code == .badData)
    #expect(result.errors == "kindred: 'y.npy' holds \(problem)\n")
    #expect(folder.score("logits", "--labels", "y.npy").code == .done)
  }

  @Test func oneLabelWithoutAxes() throws {
    try write("y.npy", Self.array("<i8", "", Self.bytes([1])))
    let result = folder.score("ce", "--labels", "y.npy")
    #expect(
      result.errors == "kindred: 'y.npy' has shape []; labels are one whole number an example\n")
  }

  // Only what the loss reads is read.

  @Test func arraysThatTheLossDoesNotRead() throws {
    let others: [(name: String, type: String, shape: [Int], content: [UInt8])] = [
      ("mask", "BOOL", [2], [0, 1]), ("scale", "F8_E8M0", [1], [1]),
      ("wide", "F64", [1], Self.bytes([1e300])), ("complex", "C64", [1], Self.bytes([1.0])),
      ("ids", "I64", [2], Self.bytes([1 << 60, 2])),
    ]
    try write("student.safetensors", [("logits", "F32", [2, 2], Self.logits)] + others)
    let result = folder.score(
      "logits", student: "student.safetensors", "--gradient", "g.npz", "--format", "json")
    #expect(value(result) == "  \"value\": 1.25,")
    let gradient = try folder.read("g.npz")
    #expect(gradient.keys.sorted() == ["logits", "wide"])
    #expect(gradient["logits"]?.scalars == [0.5, 0, 0, -1])
    #expect(gradient["wide"]?.scalars == [0])
    for name in ["scale", "wide", "complex"] {
      let read = folder.score(
        "match(output(layer: \(name)), with: meanSquare)",
        student: "student.safetensors", teacher: "student.safetensors")
      #expect(read.code == .badData)
      #expect(
        read.errors.hasPrefix("kindred: 'student.safetensors', tensor '\(name)': found "),
        "\(read.errors)")
    }
  }

  @Test func integersAsOutputs() throws {
    try write("student.npy", Self.array("|i1", "2, 2", [1, 2, 3, 4]))
    let result = folder.score("logits", student: "student.npy", "--format", "json")
    #expect(value(result) == "  \"value\": 1.25,")
    try write(
      "student.npy", Self.array("<i4", "2, 2", Self.bytes([1, 2, 16_777_217, 4] as [Int32])))
    #expect(
      folder.score("logits", student: "student.npy").errors == """
        kindred: 'student.npy': found 16777217 at [1, 0]; possible: whole numbers that \
        Float32 holds, which has every one up to 2²⁴ (array.astype(np.float32) rounds them)

        """)
  }

  @Test func anArrayWithoutAxes() throws {
    try write("student.npy", Self.array("<f4", "", Self.bytes([1] as [Float])))
    #expect(
      folder.score("logits", student: "student.npy") == (
        .badData, "",
        """
        kindred: 'student.npy', tensor 'logits' is one number, of shape []; outputs have a row for \
        each example

        """
      ))
  }

  @Test func aTeacherIsNotNeededByALossThatReadsNone() throws {
    try write("y.npy", Self.integers([0, 1]))
    func score(_ loss: String, _ teacher: [String]) -> (code: ExitCode, errors: String) {
      let recording = Recording()
      let code = Program.kindred(registry: .linked)(
        ["score", "--loss", loss, "--student", folder.path("student.npz")]
          + ["--labels", folder.path("y.npy")] + teacher,
        console: recording.console())
      return (code, recording.errors.replacing(folder.path + "/", with: ""))
    }
    #expect(score("ce", []) == (.done, ""))
    // A file that nothing is read of may hold anything, but must be there.
    try write("page.npz", Array("<!DOCTYPE html><html></html>".utf8))
    #expect(score("ce", ["--teacher", folder.path("page.npz")]) == (.done, ""))
    #expect(
      score("ce", ["--teacher", folder.path("none.npz")])
        == (.missingFile, "kindred: 'none.npz' does not exist\n"))
    let missing = score("ce + logits + match(lastStage, with: huber)", [])
    #expect(missing.code == .usage)
    #expect(
      missing.errors.hasPrefix(
        """
        kindred: missing --teacher FILE: the loss reads the last stage and 'logits' of the teacher
        Usage: kindred score --loss FORMULA --student FILE... [--teacher FILE]...
        """), "\(missing.errors)")
  }

  // Files that speak of the same examples.

  @Test(arguments: [
    ("labels", [4, 5], "example 1 is 5 in the first and 6 in the second"),
    ("index", [4, 5], "example 1 is 5 in the first and 6 in the second"),
    ("labels", [1, 6], "example 0 is 1 in the first and 4 in the second"),
    ("ids", [4], "the first has shape [1] and the second [2, 1]"),
  ])
  func arraysThatMustAgree(name: String, own: [Int], difference: String) throws {
    let logits = ("logits", "F32", [2, 2], Self.logits)
    try write("s.safetensors", [logits, (name, "I64", [own.count], Self.bytes(own))])
    try write("t.safetensors", [logits, (name, "F32", [2, 1], Self.bytes([4, 6] as [Float]))])
    let result = folder.score("logits", student: "s.safetensors", teacher: "t.safetensors")
    #expect(result.code == .badData)
    #expect(
      result.errors == """
        kindred: the '\(name)' of 's.safetensors' and 't.safetensors' disagree: \(difference)

        """)
    // The same numbers in another type and shape agree.
    try write("s.safetensors", [logits, (name, "U8", [2], [4, 6])])
    #expect(
      folder.score("logits", student: "s.safetensors", teacher: "t.safetensors").code == .done)
  }

  /// Text is compared as text; a number without axes says something of the whole file.
  @Test func pathsAndNumbersOfTheWholeFile() throws {
    let logits = ("logits", "F32", [2, 2], Self.logits)
    try write("s.safetensors", [logits, ("id", "I64", [], Self.bytes([1]))])
    try write("t.safetensors", [logits, ("id", "I64", [], Self.bytes([2]))])
    #expect(
      folder.score("logits", student: "s.safetensors", teacher: "t.safetensors").code == .done)
    let letters = { (text: String) in Self.bytes(text.unicodeScalars.map(\.value)) }
    try write("s.npy", Self.array("<U2", "2,", letters("aabb")))
    try write("t.npy", Self.array("<U2", "2,", letters("aabc")))
    let one = try ExampleArray(TensorFile.unnamed, of: TensorFile(folder.path("s.npy")))
    let other = try ExampleArray(TensorFile.unnamed, of: TensorFile(folder.path("t.npy")))
    #expect(one.difference(from: one) == nil)
    #expect(
      one.difference(from: other) == "example 1 is 'bb' in the first and 'bc' in the second")
  }

  @Test func namedLabelsCountBeforeTheStudents() throws {
    let zeros = Self.bytes([0, 0, 0, 5] as [Float])
    let logits = ("logits", "F32", [2, 2], zeros)
    try write("s.safetensors", [logits, ("labels", "I64", [2], Self.bytes([0, 1]))])
    try write("y.npy", Self.integers([0, 0]))
    let result = folder.score(
      "ce", student: "s.safetensors", "--labels", "y.npy", "--format", "json")
    #expect(result.code == .done)
    #expect(
      result.errors == """
        warning: the labels of 'y.npy' and of 's.safetensors', tensor 'labels' disagree: example 1 \
        is 0 in the first and 1 in the second; the first are taken

        """)
    // (ln 2 + ln(1 + e⁵)) / 2
    let number = try #require(
      value(result).split(separator: " ").last.flatMap {
        Double($0.dropLast())
      })
    #expect(abs(number - (log(2) + log(1 + exp(5))) / 2) < 1e-6)
  }

  // The gradient's file.

  @Test func theGradientNeverReplacesAnInput() throws {
    let before = try Data(contentsOf: URL(filePath: folder.path("student.npz")))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.npz"), withDestinationPath: folder.path("student.npz"))
    for name in ["student.npz", "link.npz"] {
      #expect(
        folder.score("logits", "--gradient", name, "--force") == (
          .inputOutput, "",
          "kindred: '\(name)' is the file of --student, which is not replaced: name another\n"
        ))
    }
    #expect(
      folder.score("logits", "--gradient", "teacher.npz", "--force").errors
        == "kindred: 'teacher.npz' is the file of --teacher, which is not replaced: name another\n")
    #expect(try Data(contentsOf: URL(filePath: folder.path("student.npz"))) == before)
  }

  /// Before the loss is evaluated, which here would fail.
  @Test func theGradientsFileIsCheckedFirst() throws {
    try folder.write(["logits": Tensor([1e30, 2, 3, 4], shape: [2, 2])], "student.npz")
    #expect(
      folder.score("logits", "--gradient", "g.txt").errors
        == "kindred: 'g.txt': found extension 'txt'; possible: .npy, .npz, .safetensors\n")
    #expect(
      folder.score("logits", "--gradient", "none/g.npz").errors
        == "kindred: 'none/g.npz' cannot be written: there is no folder 'none'\n")
    try folder.write(
      ["logits": Tensor([1e30, 2, 3, 4], shape: [2, 2]), "more": Tensor([1], shape: [1])],
      "student.npz")
    #expect(
      folder.score("logits", "--gradient", "g.npy").errors
        == "kindred: 'g.npy': found 2 arrays for .npy; possible: one, or any number in .npz\n"
    )
  }

  #if os(Linux)
    /// A limit of the shell is an error of writing, which leaves nothing behind.
    @Test func aFileBeyondALimit() throws {
      let zeros = [UInt8](repeating: 0, count: 4 << 16)
      try write("s.safetensors", [("logits", "F32", [256, 256], zeros)])
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      let program = try BuiltProgram.url().path
      process.arguments = [
        "-c", "ulimit -f 64; exec \"$0\" \"$@\" 2> errors.txt", program, "score", "--loss",
        "logits",
        "--student", "s.safetensors", "--teacher", "s.safetensors", "--gradient", "g.npz",
      ]
      process.currentDirectoryURL = URL(filePath: folder.path)
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == ExitCode.inputOutput.rawValue)
      #expect(
        try String(contentsOfFile: folder.path("errors.txt"), encoding: .utf8)
          == "kindred: 'g.npz' cannot be written: File too large\n")
      #expect(try !folder.files.contains { $0.hasSuffix(".partial") || $0 == "g.npz" })
    }
  #endif
}
