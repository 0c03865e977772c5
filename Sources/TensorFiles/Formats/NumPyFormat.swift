import Foundation
import Tensors

/// NumPy's `.npy`: one array after a header that is a Python dictionary.
///
/// Source: NumPy Enhancement Proposal 1, and `numpy/lib/format.py` for versions 2 and 3.
enum NumPyFormat {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// NumPy itself refuses to read a header of more than 10,000 bytes.
  private static let greatestHeader = 1 << 16

  /// Reads the header of the next array in `source`, which is `size` bytes long.
  static func array(in source: inout any ByteSource, size: Int) throws -> StoredArray {
    let (headerSize, prefixSize) = try readPrefix(from: &source, size: size)
    var header = Header(try source.bytes(headerSize))
    try header.parse()
    let given = size - prefixSize - headerSize
    return StoredArray(
      type: header.descriptor.type(shape: header.shape), typeName: header.descriptor.name,
      shape: header.shape, isBigEndian: header.descriptor.isBigEndian,
      isFortranOrder: header.isFortranOrder, byteCount: given,
      byteCountText: "\(given) follow the header")
  }

  /// The length of the header, and of everything before it.
  private static func readPrefix(
    from source: inout any ByteSource, size: Int
  ) throws -> (header: Int, prefix: Int) {
    guard size >= magic.count + 4 else {
      throw FormatProblem.malformed("\(size) bytes are too few for an .npy file")
    }
    let start = try source.bytes(magic.count + 2)
    guard start.starts(with: magic) else {
      throw FormatProblem.malformed("it does not start as an .npy file does")
    }
    let version = (major: start[6], minor: start[7])
    let lengthSize: Int
    switch version {
    case (1, 0): lengthSize = 2
    case (2, 0), (3, 0): lengthSize = 4
    default:
      throw FormatProblem.unsupported(
        found: ".npy version \(version.major).\(version.minor)", possible: "1.0, 2.0 and 3.0")
    }
    let length = try source.bytes(lengthSize)
    // Two zero bytes are appended so that lengths of two and of four bytes are read alike.
    let header = Int((length + [0, 0]).littleEndian(at: 0, as: UInt32.self))
    guard header <= greatestHeader else {
      throw FormatProblem.unsupported(
        found: "a header of \(header) bytes", possible: "at most \(greatestHeader)")
    }
    let prefix = start.count + lengthSize
    guard header <= size - prefix else {
      throw FormatProblem.malformed(
        "the header claims \(header) bytes, but \(size - prefix) follow")
    }
    return (header, prefix)
  }

  /// The bytes before the numbers of an array, as NumPy writes them; the type is Float32 unless stated.
  static func header(shape: [Int], type: String = "<f4") -> [UInt8] {
    let lengths = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = Array(
      "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(lengths)), }".utf8)
    let unpadded = magic.count + 4 + text.count + 1
    text += [UInt8](repeating: 0x20, count: (64 - unpadded % 64) % 64) + [0x0A]
    var header = magic + [1, 0]
    header.append(littleEndian: UInt16(text.count))
    return header + text
  }

  static func write(_ tensor: Tensor, to output: AtomicFile.Output) throws {
    try output.write(header(shape: tensor.shape))
    try tensor.withUnsafeBufferPointer { try output.write(UnsafeRawBufferPointer($0)) }
  }

  /// The header's dictionary.
  private struct Header {
    private var scanner: HeaderScanner
    private(set) var descriptor = NumPyDescriptor(text: "")
    private(set) var isFortranOrder = false
    private(set) var shape: [Int] = []

    init(_ bytes: [UInt8]) { scanner = HeaderScanner(bytes) }

    mutating func parse() throws {
      var keys: Set<String> = []
      try scanner.expect("{")
      while !scanner.take("}") {
        let key = try string()
        guard keys.insert(key).inserted else {
          throw FormatProblem.malformed("the header says '\(key)' twice")
        }
        try scanner.expect(":")
        switch key {
        case "descr": try parseDescriptor()
        case "fortran_order": isFortranOrder = try boolean()
        case "shape": try parseShape()
        default: throw FormatProblem.malformed("the header has an unknown key '\(key)'")
        }
        guard scanner.take(",") else {
          try scanner.expect("}")
          break
        }
      }
      guard scanner.peek() == nil else { throw scanner.unexpected("the end of the header") }
      for key in ["descr", "fortran_order", "shape"] where !keys.contains(key) {
        throw FormatProblem.malformed("the header lacks '\(key)'")
      }
    }

    private mutating func string() throws -> String {
      try scanner.string(quotes: "'\"".unicodeScalars)
    }

    private mutating func parseDescriptor() throws {
      guard scanner.peek() != UInt8(ascii: "["), scanner.peek() != UInt8(ascii: "(") else {
        throw UnreadType.structured.problem("a dtype")
      }
      descriptor = NumPyDescriptor(text: try string())
    }

    private mutating func boolean() throws -> Bool {
      switch try scanner.word() {
      case "True": return true
      case "False": return false
      case let word: throw FormatProblem.malformed("the header has '\(word)' for True or False")
      }
    }

    private mutating func parseShape() throws {
      try scanner.expect("(")
      while !scanner.take(")") {
        shape.append(try scanner.integer())
        // Python 2 wrote long integers with this letter.
        _ = scanner.take("L")
        guard scanner.take(",") else {
          try scanner.expect(")")
          break
        }
      }
    }
  }
}
