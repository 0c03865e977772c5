import Foundation
import Tensors

/// Hugging Face's `.safetensors`: the length of the header in 64 bits, a JSON header with the place
/// of each tensor, and the tensors, one after another without a gap.
struct SafeTensorsFile: ArrayContainer {
  /// The limit of the reference implementation.
  private static let greatestHeader = 100_000_000

  private let file: InputFile
  private let header: SafeTensorsHeader
  private let dataStart: Int

  init(_ file: InputFile) throws {
    let prefix = try file.bytes(0..<8)
    guard prefix.count == 8 else {
      throw FormatProblem.malformed("\(file.size) bytes are too few for a .safetensors file")
    }
    let length = prefix.littleEndian(at: 0, as: UInt64.self)
    guard length <= Self.greatestHeader else {
      throw FormatProblem.unsupported(
        found: "a header of \(length) bytes", possible: "at most \(Self.greatestHeader)")
    }
    let end = 8 + Int(length)
    guard end <= file.size else {
      throw FormatProblem.malformed(
        "the header claims \(length) bytes, but \(file.size - 8) follow")
    }
    self.file = file
    header = try SafeTensorsHeader(parsing: try file.bytes(8..<end))
    dataStart = end
    try header.checkCoverage(of: file.size - end)
  }

  /// Whether a file's first nine bytes are a start of this format.
  static func isStart(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 9 && bytes[8] == UInt8(ascii: "{")
      && bytes.littleEndian(at: 0, as: UInt64.self) <= greatestHeader
  }

  var names: [String] { header.entries.map { $0.name } }

  var metadata: [String: String] { header.metadata }

  func contains(_ name: String) -> Bool { header.entry(named: name) != nil }

  func open(_ name: String) throws -> (array: StoredArray, elements: any ByteSource) {
    guard let entry = header.entry(named: name) else {
      throw FormatProblem.malformed("the header lacks it")
    }
    let bytes = dataStart + entry.bytes.lowerBound..<dataStart + entry.bytes.upperBound
    return (entry.array, FileSection(file, bytes))
  }

  static func write(
    _ tensors: [String: Tensor], metadata: [String: String], to output: AtomicFile.Output
  ) throws {
    guard tensors[SafeTensorsHeader.metadataKey] == nil else {
      throw FormatProblem.unsupported(
        found: "a tensor named '\(SafeTensorsHeader.metadataKey)'", possible: "any other name")
    }
    let tensors = tensors.sorted { $0.key < $1.key }
    var header = SafeTensorsHeader.text(
      shapes: tensors.map { (name: $0.key, shape: $0.value.shape) }, metadata: metadata)
    // Spaces are added so that the numbers start at a multiple of 8.
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    var prefix: [UInt8] = []
    prefix.append(littleEndian: UInt64(header.count))
    try output.write(prefix + header)
    for (_, tensor) in tensors {
      try tensor.withUnsafeBufferPointer { try output.write(UnsafeRawBufferPointer($0)) }
    }
  }
}
