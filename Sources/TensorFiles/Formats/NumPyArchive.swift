import Foundation
import Tensors

/// NumPy's `.npz`: a zip archive in which the array `name` is the member `name.npy`.
///
/// Other members, such as a text that explains the arrays, are not arrays and are not read.
struct NumPyArchive: ArrayContainer {
  fileprivate static let suffix = ".npy"

  private let archive: ZipArchive
  private let members: [String: [ZipArchive.Member]]
  let names: [String]

  init(_ file: InputFile) throws {
    guard file.size > 0 else {
      throw FormatProblem.malformed("0 bytes are too few for an .npz file")
    }
    archive = try ZipArchive(file)
    var members: [String: [ZipArchive.Member]] = [:]
    var names: [String] = []
    for member in archive.members where Self.isArray(member.name) {
      let name = String(member.name.dropLast(Self.suffix.count))
      if members[name] == nil { names.append(name) }
      members[name, default: []].append(member)
    }
    self.members = members
    self.names = names
    guard names.isEmpty, !archive.members.isEmpty else { return }
    throw Self.problem(ofOther: archive.members.map(\.name))
  }

  /// Whether a member is an array. For a file `a`, macOS adds a member `__MACOSX/._a` with what its
  /// file system knows of it; such a member is not one.
  private static func isArray(_ name: String) -> Bool {
    guard name.hasSuffix(suffix), !name.hasPrefix("__MACOSX/") else { return false }
    return !(name.split(separator: "/").last ?? "").hasPrefix("._")
  }

  /// The problem to throw for a zip archive without arrays.
  private static func problem(ofOther names: [String]) -> FormatProblem {
    if names.contains(where: { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }) {
      return ForeignContent.pyTorch.problem
    }
    let more = names.count > 1 ? " and \(names.count - 1) more" : ""
    return .unsupported(
      found: "a zip archive of '\(names[0])'\(more)",
      possible: "arrays, in members named '….npy'")
  }

  func contains(_ name: String) -> Bool { members[name] != nil }

  func open(_ name: String) throws -> (array: StoredArray, elements: any ByteSource) {
    let members = members[name] ?? []
    guard members.count == 1, let member = members.first else {
      throw FormatProblem.malformed(
        "the archive has it \(members.count == 2 ? "twice" : "\(members.count) times")")
    }
    var source: any ByteSource = ChecksummedSource(
      try archive.source(of: member), expecting: member.checksum)
    return (try NumPyFormat.array(in: &source, size: member.size), source)
  }

  /// Writes arrays of Float32, and lists of whole numbers as arrays of Int64.
  static func write(
    _ tensors: [String: Tensor], wholes: [String: [Int]] = [:], to output: AtomicFile.Output
  ) throws {
    var archive = ZipWriter(output)
    for name in Set(tensors.keys).union(wholes.keys).sorted() {
      if let tensor = tensors[name] {
        try tensor.withUnsafeBufferPointer {
          try archive.append(
            name, NumPyFormat.header(shape: tensor.shape), UnsafeRawBufferPointer($0))
        }
      } else if let numbers = wholes[name] {
        let content = numbers.map { Int64($0).littleEndian }
        try content.withUnsafeBufferPointer {
          try archive.append(
            name, NumPyFormat.header(shape: [numbers.count], type: "<i8"),
            UnsafeRawBufferPointer($0))
        }
      }
    }
    try archive.finish()
  }
}

extension ZipWriter {
  fileprivate mutating func append(
    _ name: String, _ header: [UInt8], _ numbers: UnsafeRawBufferPointer
  ) throws {
    try header.withUnsafeBytes { try append(name + NumPyArchive.suffix, content: [$0, numbers]) }
  }
}
