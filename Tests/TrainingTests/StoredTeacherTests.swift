import Distillation
import Foundation
import Tensors
import TestSupport
import Testing

@testable import TensorFiles
@testable import Training

/// Outputs of a teacher that stay in a file.
@Suite struct StoredTeacherTests {
  let folder: ScratchFolder
  let images: ImageDataSet

  init() throws {
    folder = try ScratchFolder()
    images = ImageDataSet(
      name: "", features: (0..<400).map { Float($0 % 7) }, labels: (0..<200).map { $0 % 3 },
      classes: ["a", "b", "c"])
  }

  /// A half with these bits, which are not all ones in the exponent.
  static func bits(_ seed: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: seed &* 40503) & 0x83FF | UInt16(12 + seed % 5) << 10
  }

  /// The value of such a half: ±(1 + m/1024) · 2^(e − 15).
  static func value(_ bits: UInt16) -> Float {
    let significand = 1 + Float(bits & 1023) / 1024
    return Float(
      sign: bits >> 15 == 0 ? .plus : .minus, exponent: Int(bits >> 10 & 31) - 15,
      significand: significand)
  }

  static let halves = (0..<200 * 6).map(bits)

  func teacher(
    _ bytes: [UInt8], asking names: [OutputName] = ["embedding"], isFixed: Bool = false
  ) throws -> StoredTeacher {
    let path = folder.path("teacher.safetensors")
    try Data(bytes).write(to: URL(filePath: path))
    var file = try TeacherFile(path, isFixed: isFixed)
    for name in names { try file.ask(for: name) }
    return try file.teacher(of: images)
  }

  func said(_ teacher: StoredTeacher, of images: [Int]) throws -> [Float] {
    let batch = Batch(indices: images, images: .zeros([1]), labels: images.map { _ in 0 })
    return try teacher.outputs(on: batch, giving: ["embedding"])["embedding"].scalars
  }

  /// An array without a name is no output that a loss could ask for.
  @Test func anArrayHasAName() throws {
    let path = folder.path("teacher.npy")
    try TensorFile.write([TensorFile.unnamed: Tensor([1, 2], shape: [2, 1])], to: path)
    let error = #expect(throws: TrainingError.self) { try TeacherFile(path) }
    #expect(
      error?.description == """
        the teacher \(path): its array has no name: save it by its name, as \
        numpy.savez("teacher.npz", logits=…)
        """)
  }

  @Test func halvesAreExact() throws {
    let teacher = try teacher(
      safetensors([SafeTensorsArray("embedding", halves: Self.halves, shape: [200, 6])]))
    #expect(
      teacher.summary.outputs == [
        .init(name: "embedding", shape: [6], type: "dtype F16", isRead: true, isHeld: false)
      ])
    for rows in [[0], [199, 3, 3, 42]] {
      let expected = rows.flatMap { Self.halves[$0 * 6..<$0 * 6 + 6].map(Self.value) }
      #expect(try said(teacher, of: rows) == expected)
    }
  }

  /// A batch reads its own rows from the file, and no others: rows that change there are others from then on,
  /// and rows that are cut off are missed only by whom they are of.
  @Test func rowsStayInTheFile() throws {
    let bytes = safetensors([SafeTensorsArray("embedding", halves: Self.halves, shape: [200, 6])])
    let teacher = try teacher(bytes)
    let before = try said(teacher, of: [7, 8])
    let handle = try FileHandle(forUpdating: URL(filePath: folder.path("teacher.safetensors")))
    let start = UInt64(bytes.count - 200 * 12)
    try handle.seek(toOffset: start + 7 * 12)
    try handle.write(contentsOf: Data(repeating: 0, count: 12))
    let after = try said(teacher, of: [7, 8])
    #expect(after == Array(repeating: 0, count: 6) + before[6...])
    try handle.truncate(atOffset: start + 100 * 12)
    #expect(try said(teacher, of: [99, 8]).suffix(6) == before[6...])
    #expect(
      throws: FileError.unreadable(
        file: folder.path("teacher.safetensors"),
        reason: "it has become shorter since it was opened")
    ) { try said(teacher, of: [8, 100]) }
  }

  /// An array in Fortran's order is held, since its rows do not stand one behind another.
  @Test func whatDoesNotStandInRowsIsHeld() throws {
    let header = "{'descr': '<f4', 'fortran_order': True, 'shape': (200, 2), }"
    let padded = header + String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    let numbers = (0..<400).flatMap { number in
      withUnsafeBytes(of: Float(number).bitPattern.littleEndian) { Array($0) }
    }
    let array: [UInt8] =
      [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8) + numbers
    let rows = try TensorFile(folder.file("fortran.npy", array)).rows(TensorFile.unnamed)
    #expect(rows.isHeld)
    #expect(try rows.gathered([3, 0]).scalars == [3, 203, 0, 200])
  }

  @Test(arguments: [
    (
      SafeTensorsArray("embedding", "I64", [200], Array(repeating: 0, count: 1600)),
      "whole numbers, dtype I64"
    ),
    (SafeTensorsArray("embedding", halves: [1], shape: []), "one number without an axis"),
  ])
  func arraysThatAreNoOutputs(_ array: SafeTensorsArray, _ found: String) throws {
    do {
      _ = try teacher(safetensors([array]))
      Issue.record("it is read")
    } catch let error as TensorFileError {
      #expect("\(error)".contains(found), "\(error)")
    }
  }

  @Test(arguments: [
    (
      [
        SafeTensorsArray("embedding", halves: halves, shape: [200, 6]),
        SafeTensorsArray("embedding@mirrored", halves: Array(halves[..<600]), shape: [200, 3]),
      ], "'embedding@mirrored' has shape [200, 3], and 'embedding' [200, 6]"
    ),
    (
      [SafeTensorsArray("embedding", halves: [], shape: [200, 0])],
      "its 'embedding' of shape [200, 0] has no numbers"
    ),
    (
      [SafeTensorsArray("embedding", halves: halves.dropLast() + [0xFC00], shape: [200, 6])],
      "its 'embedding' is -inf at [199, 5]"
    ),
  ])
  func contentThatIsWrong(_ arrays: [SafeTensorsArray], _ problem: String) throws {
    do {
      let path = try folder.file("wrong.safetensors", safetensors(arrays))
      var file = try TeacherFile(path, isFixed: false)
      try file.ask(for: "embedding")
      _ = file.askForMirrored("embedding")
      _ = try file.teacher(of: images)
      Issue.record("it is read")
    } catch let error as TrainingError {
      #expect(error == .teacher(path: folder.path("wrong.safetensors"), problem: problem))
    }
  }
}
