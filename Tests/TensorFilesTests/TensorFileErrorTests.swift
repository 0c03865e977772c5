import Foundation
import Tensors
import TestSupport
import Testing

@testable import TensorFiles

/// The errors for files that cannot be read and for tensors that cannot be written.
@Suite struct TensorFileErrorTests {
  /// An edit of a fixture, and the error that it leads to.
  struct Damage: Sendable, CustomTestStringConvertible {
    var file: String
    var tensor: String?
    var problem: String
    var edit: @Sendable (inout [UInt8]) -> Void
    var testDescription: String { "\(file): \(problem)" }

    init(
      _ file: String, tensor: String? = nil, _ problem: String,
      _ edit: @escaping @Sendable (inout [UInt8]) -> Void
    ) {
      (self.file, self.tensor, self.problem, self.edit) = (file, tensor, problem, edit)
    }

    /// A `.safetensors` file with this header, followed by 16 bytes.
    static func header(_ text: String, tensor: String? = nil, _ problem: String) -> Damage {
      Damage("f32.safetensors", tensor: tensor, problem) { bytes in
        bytes = []
        bytes.append(littleEndian: UInt64(text.utf8.count))
        bytes += Array(text.utf8) + [UInt8](repeating: 0, count: 16)
      }
    }

    static func replacing(
      _ old: String, by new: String, in file: String, _ problem: String
    ) -> Damage {
      Damage(file, problem) { $0.replace(old, by: new) }
    }
  }

  private static let damages: [Damage] = [
    // .npy
    Damage("f4.npy", "0 bytes are too few for an .npy file") { $0 = [] },
    Damage("f4.npy", "it does not start as an .npy file does") { $0[0] = 0x92 },
    Damage("f4.npy", "the header claims 118 bytes, but 90 follow") { $0.removeLast(76) },
    Damage("f4.npy", "shape [3, 4] of dtype '<f4' needs 48 bytes, but 47 follow the header") {
      $0.removeLast()
    },
    Damage("f4.npy", "shape [3, 4] of dtype '<f4' needs 48 bytes, but 49 follow the header") {
      $0.append(0)
    },
    Damage(
      "f4.npy",
      "its content is .npz, unlike its name, and it does not end as a zip archive does: it is "
        + "truncated, or something follows the archive"
    ) { $0 = ZipArchive.magic + $0 },
    Damage("stored.npz", "0 bytes are too few for an .npz file") { $0 = [] },
    Damage("f32.safetensors", "0 bytes are too few for a .safetensors file") { $0 = [] },
    .replacing(
      "(3, 4)", by: "(3,-4", in: "f4.npy",
      "the header has '-' at byte 53 where a whole number must stand"),
    .replacing(
      "(3, 4), }", by: "(9223372036854775807, 9223372036854775807), }", in: "f4.npy",
      "shape [9223372036854775807, 9223372036854775807] has more numbers than can be counted"),
    .replacing(
      "(3, 4), }", by: "(0, 9223372036854775807, 4), }", in: "f4.npy",
      "shape [0, 9223372036854775807, 4] has more numbers than can be counted"),
    .replacing("'shape'", by: "'shade'", in: "f4.npy", "the header has an unknown key 'shade'"),
    .replacing("'shape'", by: "'descr'", in: "f4.npy", "the header says 'descr' twice"),
    .replacing(
      ", 'shape': (3, 4)", by: "", in: "f4.npy", "the header lacks 'shape'"),
    // .npz
    Damage(
      "stored.npz",
      "it does not end as a zip archive does: it is truncated, or something "
        + "follows the archive"
    ) { $0.append(0) },
    Damage(
      "stored.npz",
      "it does not end as a zip archive does: it is truncated, or something "
        + "follows the archive"
    ) { $0.removeLast() },
    Damage("stored.npz", tensor: "embedding", "its content does not have its checksum") {
      $0[200] ^= 1
    },
    // The end record of the archive is its last 22 bytes. At 8 it has the number of members, at 12
    // the size of the list, and at 16 the place of the list.
    Damage(
      "stored.npz", "the list of members claims 65535 of them, which its 179 bytes cannot hold"
    ) { $0.replaceSubrange(898..<902, with: [255, 255, 255, 255]) },
    Damage(
      "zip64.npz", "its record of sizes of 64 bits (zip64) is not where it should be"
    ) { $0[$0.count - 22 - 20 + 8] ^= 1 },
    // .safetensors
    Damage("f32.safetensors", "7 bytes are too few for a .safetensors file") {
      $0 = Array($0[..<7])
    },
    Damage("f32.safetensors", "the header claims 168 bytes, but 167 follow") {
      $0.removeLast(81)
    },
    Damage(
      "f32.safetensors", "tensor 'logits' ends at byte 80 after the header, but the file has 79"
    ) { $0.removeLast() },
    Damage("f32.safetensors", "there are 1 bytes after its last tensor") { $0.append(0) },
    .replacing(
      "[48,80]", by: "[44,80]", in: "f32.safetensors", "tensor 'logits' overlaps another"),
    .replacing(
      "[48,80]", by: "[52,80]", in: "f32.safetensors",
      "bytes 48 to 52, before tensor 'logits', belong to no tensor"),
    .replacing(
      "[48,80]", by: "[80,48]", in: "f32.safetensors",
      "the header has data_offsets [80, 48] for tensor 'logits', not a start and an end"),
    .header("[]", "the header is not a JSON object"),
    .header("{\"a\":1}", "the header has '1' at byte 5 where '{' must stand"),
    .header("{\"a\":{}}", "the header lacks the dtype, shape or data_offsets of tensor 'a'"),
    .header("{} x", "the header has 'x' at byte 3 where the end of the header must stand"),
    .header(
      "{\"a\n\":{}}",
      "the header has '\\n' at byte 3 where no control character in a "
        + "string must stand"),
    .header(
      "{\"\\ud800\":{}}",
      "the header has '\\\"' at byte 8 where the second half of a "
        + "character must stand"),
    .header(
      #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,16]}}"#,
      "the header has '9' at byte 29 where a number below 2⁶³ must stand"),
    .header(
      #"{"a":{"dtype":"F32","shape":[4.0],"data_offsets":[0,16]}}"#,
      "the header has '.' at byte 30 where ']' must stand"),
    .header(
      #"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"#
        + #""a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#,
      "the header has 'a' twice"),
    .header(
      #"{"a":{"dtype":"F32","shape":[5],"data_offsets":[0,16]}}"#, tensor: "a",
      "shape [5] of dtype F32 needs 20 bytes, but data_offsets span 16"),
  ]

  @Test(arguments: damages) func saysWhatIsDamaged(damage: Damage) throws {
    let folder = try ScratchFolder()
    var bytes = try Fixtures.bytes(damage.file)
    damage.edit(&bytes)
    let path = try folder.file(damage.file, bytes)
    #expect(
      throws: TensorFileError.malformed(
        file: path, tensor: damage.tensor, problem: damage.problem)
    ) { try TensorFile.read(path) }
  }

  private static let unsupported: [(file: String, place: Int, bytes: [UInt8], found: String)] = [
    ("f4.npy", 6, [4], ".npy version 4.0"),
    ("version2.npy", 8, [0, 0, 0, 0x80], "a header of 2147483648 bytes"),
    ("f32.safetensors", 0, [0, 0, 0, 0x80, 0, 0, 0, 0], "a header of 2147483648 bytes"),
    (
      "f32.safetensors", 0, [UInt8](repeating: 255, count: 8),
      "a header of 18446744073709551615 bytes"
    ),
    (
      "stored.npz", 912 - 22 + 16, [255, 255, 255, 255],
      "a zip archive with sizes of 64 bits (zip64)"
    ),
    ("stored.npz", 912 - 22 + 4, [1], "an archive in several files"),
  ]

  @Test(arguments: unsupported.indices) func saysWhatIsNotSupported(index: Int) throws {
    let (file, place, replacement, found) = Self.unsupported[index]
    let folder = try ScratchFolder()
    var bytes = try Fixtures.bytes(file)
    bytes.replaceSubrange(place..<place + replacement.count, with: replacement)
    let path = try folder.file(file, bytes)
    do {
      _ = try TensorFile.read(path)
      Issue.record("nothing was thrown")
    } catch TensorFileError.unsupported(let file, nil, let actual, _) {
      #expect(file == path)
      #expect(actual == found)
    }
  }

  /// The list of members claims more content than there is.
  @Test(arguments: [("stored.npz", "stored"), ("deflated.npz", "deflated")])
  func refusesSizesThatCannotBe(name: String, method: String) throws {
    let folder = try ScratchFolder()
    var bytes = try Fixtures.bytes(name)
    let entry = try #require(bytes.offset(of: [0x50, 0x4B, 0x01, 0x02]))
    let compressed = bytes.littleEndian(at: entry + 20, as: UInt32.self)
    bytes.replaceSubrange(entry + 24..<entry + 28, with: [0, 0, 0, 0xF0])
    let path = try folder.file(name, bytes)
    #expect(
      throws: TensorFileError.malformed(
        file: path, tensor: nil,
        problem: "member 'embedding.npy' claims 4026531840 bytes, which \(compressed) \(method) "
          + "bytes cannot hold")
    ) { try TensorFile.read(path) }
  }

  /// Two entries in the list of members refer to the same bytes.
  @Test func refusesOverlappingMembers() throws {
    let folder = try ScratchFolder()
    var bytes = try Fixtures.bytes("stored.npz")
    let first = try #require(bytes.offset(of: [0x50, 0x4B, 0x01, 0x02]))
    let second = try #require(bytes.offset(of: [0x50, 0x4B, 0x01, 0x02], from: first + 4))
    bytes.replaceSubrange(second + 42..<second + 46, with: bytes[first + 42..<first + 46])
    let path = try folder.file("overlapping.npz", bytes)
    #expect(throws: TensorFileError.self) { try TensorFile.read(path) }
    do {
      _ = try TensorFile.read(path)
    } catch TensorFileError.malformed(_, _, let problem) {
      #expect(problem.hasSuffix("overlaps another"))
    }
  }

  /// Numbers that are infinite in the file are read as infinite. Finite numbers that Float32 cannot
  /// hold are refused.
  @Test(arguments: [Double.infinity, 1e300, -3.5e38])
  func numbersBeyondFloat32(value: Double) throws {
    let folder = try ScratchFolder()
    // The number is the last of an array that is read in two pieces.
    var bytes = NumPyFormat.header(shape: [2, 40_000])
    bytes[23] = UInt8(ascii: "8")
    for _ in 1..<80_000 { bytes.append(littleEndian: (0.5).bitPattern) }
    bytes.append(littleEndian: value.bitPattern)
    let array = try folder.file("array.npy", bytes)
    // The number is the second of a named tensor.
    let header = #"{"logits":{"dtype":"F64","shape":[2,1],"data_offsets":[0,16]}}"#
    bytes = []
    bytes.append(littleEndian: UInt64(header.utf8.count))
    bytes += Array(header.utf8)
    for number in [Double.infinity, value] { bytes.append(littleEndian: number.bitPattern) }
    let named = try folder.file("named.safetensors", bytes)
    guard value.isFinite else {
      #expect(try TensorFile.read(array)[TensorFile.unnamed]?.scalars.last == .infinity)
      #expect(try TensorFile.read(named)["logits"]?.scalars == [.infinity, .infinity])
      return
    }
    let places: [(String, String?, String)] = [
      (array, nil, "[1, 39999]"), (named, "logits", "[1, 0]"),
    ]
    for (path, tensor, index) in places {
      #expect(
        throws: TensorFileError.unsupported(
          file: path, tensor: tensor, found: "\(value) at \(index)",
          possible: "numbers of Float32, up to 3.4e+38")
      ) { try TensorFile.read(path) }
    }
  }

  @Test func saysThatThereIsNoFile() throws {
    let folder = try ScratchFolder()
    let path = folder.path("teacher.npz")
    #expect(throws: FileError.missing(file: path)) { try TensorFile.read(path) }
    #expect(throws: FileError.unreadable(file: folder.path, reason: "it is a folder")) {
      try TensorFile.read(folder.path)
    }
  }

  @Test func saysWhichFormatsThereAre() throws {
    let folder = try ScratchFolder()
    let formats = ".npy, .npz, .safetensors"
    for (content, found) in [
      ([1, 2, 3, 200] as [UInt8], "an unknown format"), ([], "an empty file"),
    ] {
      let path = try folder.file("teacher.bin", content)
      #expect(
        throws: TensorFileError.unsupported(
          file: path, tensor: nil, found: found, possible: formats)
      ) { try TensorFile.read(path) }
    }
    let path = folder.path("teacher.txt")
    #expect(
      throws: TensorFileError.unsupported(
        file: path, tensor: nil, found: "extension 'txt'", possible: formats)
    ) { try TensorFile.write([:], to: path) }
  }

  @Test func refusesWhatAFormatCannotHold() throws {
    let folder = try ScratchFolder()
    let tensor = Tensor([1, 2], shape: [2])
    #expect(throws: TensorFileError.self) {
      try TensorFile.write(["a": tensor, "b": tensor], to: folder.path("two.npy"))
    }
    #expect(throws: TensorFileError.self) {
      try TensorFile.write(["a": tensor], to: folder.path("a.npz"), metadata: ["key": "value"])
    }
    #expect(throws: TensorFileError.self) {
      try TensorFile.write(["__metadata__": tensor], to: folder.path("a.safetensors"))
    }
    #expect(try folder.contents == [])
  }

  @Test func namesFileAndTensorInItsText() {
    let malformed = TensorFileError.malformed(
      file: "teacher.npz", tensor: "embedding", problem: "its content does not have its checksum")
    #expect(
      "\(malformed)"
        == "'teacher.npz', tensor 'embedding': its content does not have its checksum")
    let unsupported = TensorFileError.unsupported(
      file: "teacher.npy", tensor: nil, found: "Fortran order", possible: "C order")
    #expect("\(unsupported)" == "'teacher.npy': found Fortran order; possible: C order")
  }
}

extension [UInt8] {
  /// The place where `pattern` first begins, searching from `start`.
  fileprivate func offset(of pattern: [UInt8], from start: Int = 0) -> Int? {
    indices.dropFirst(start).first { self[$0...].starts(with: pattern) }
  }

  /// Replaces a text in the header of an `.npy` or `.safetensors` file. The header keeps its
  /// length, because spaces at its end are removed or added.
  fileprivate mutating func replace(_ old: String, by new: String) {
    guard let start = offset(of: Array(old.utf8)) else {
      Issue.record("no '\(old)'")
      return
    }
    replaceSubrange(start..<start + old.utf8.count, with: Array(new.utf8))
    let difference = new.utf8.count - old.utf8.count
    guard difference != 0, let end = lastIndex(of: UInt8(ascii: "}")) else { return }
    if difference > 0 {
      removeSubrange(end + 1..<end + 1 + difference)
    } else {
      insert(contentsOf: [UInt8](repeating: 0x20, count: -difference), at: end + 1)
    }
  }
}
