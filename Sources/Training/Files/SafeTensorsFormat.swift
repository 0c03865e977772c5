import Foundation
import Tensors

/// Hugging Face's `.safetensors`: the length of a header in 64 bits, a header of JSON that says
/// where each tensor is, and the tensors, one after another and without a gap.
///
/// Source: <https://github.com/huggingface/safetensors>, "Format".
enum SafeTensorsFormat {
  /// The limit of the reference implementation.
  private static let greatestHeader = 100_000_000

  static func tensors(in file: InputFile) throws -> [String: Tensor] {
    let (header, dataStart) = try header(of: file)
    try header.checkCoverage(of: file.size - dataStart)
    let plan = try header.entries.map { name, entry in
      do {
        return (name: name, entry: entry, type: try entry.checkedType())
      } catch let problem as FormatProblem {
        throw TensorFileError(problem, file: file.path, tensor: name)
      }
    }
    var tensors: [String: Tensor] = [:]
    for (name, entry, type) in plan {
      do {
        var source = FileSection(
          file, dataStart + entry.bytes.lowerBound..<dataStart + entry.bytes.upperBound)
        tensors[name] = try type.tensor(shape: entry.shape, from: &source)
      } catch let problem as FormatProblem {
        throw TensorFileError(problem, file: file.path, tensor: name)
      }
    }
    return tensors
  }

  static func metadata(in file: InputFile) throws -> [String: String] {
    try header(of: file).header.metadata
  }

  private static func header(
    of file: InputFile
  ) throws -> (header: SafeTensorsHeader, dataStart: Int) {
    let prefix = try file.bytes(0..<8)
    guard prefix.count == 8 else {
      throw FormatProblem.malformed("\(file.size) bytes are too few for a .safetensors file")
    }
    let length = prefix.littleEndian(at: 0, as: UInt64.self)
    guard length <= greatestHeader else {
      throw FormatProblem.unsupported(
        found: "a header of \(length) bytes", possible: "at most \(greatestHeader)")
    }
    let end = 8 + Int(length)
    guard end <= file.size else {
      throw FormatProblem.malformed(
        "the header claims \(length) bytes, but \(file.size - 8) follow")
    }
    return (try SafeTensorsHeader(parsing: try file.bytes(8..<end)), end)
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
    // Spaces, so that the numbers start at a multiple of 8.
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    var prefix: [UInt8] = []
    prefix.append(littleEndian: UInt64(header.count))
    try output.write(prefix + header)
    for (_, tensor) in tensors {
      try tensor.withUnsafeBufferPointer { try output.write(UnsafeRawBufferPointer($0)) }
    }
  }
}
