/// The header of a `.safetensors` file, which nobody vouches for.
struct SafeTensorsHeader {
  /// Where a tensor is, and what it is made of.
  struct Entry {
    var type: String
    var shape: [Int]
    /// Counted from the end of the header.
    var bytes: Range<Int>
  }

  static let metadataKey = "__metadata__"

  private(set) var entries: [(name: String, entry: Entry)] = []
  private(set) var metadata: [String: String] = [:]

  /// - Throws: ``FormatProblem`` where the header is not JSON of the form that the format has.
  init(parsing bytes: [UInt8]) throws {
    guard bytes.first == UInt8(ascii: "{") else {
      throw FormatProblem.malformed("the header is not a JSON object")
    }
    var scanner = HeaderScanner(bytes)
    var names: Set<String> = []
    try scanner.object { name, scanner in
      guard names.insert(name).inserted else {
        throw FormatProblem.malformed("the header has '\(name)' twice")
      }
      if name == Self.metadataKey {
        try scanner.object { key, scanner in metadata[key] = try scanner.string() }
      } else {
        entries.append((name, try Self.entry(named: name, in: &scanner)))
      }
    }
    guard scanner.peek() == nil else { throw scanner.unexpected("the end of the header") }
  }

  private static func entry(
    named name: String, in scanner: inout HeaderScanner
  ) throws -> Entry {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { key, scanner in
      switch key {
      case "dtype" where type == nil: type = try scanner.string()
      case "shape" where shape == nil: shape = try scanner.integers()
      case "data_offsets" where offsets == nil: offsets = try scanner.integers()
      default:
        throw FormatProblem.malformed("the header has '\(key)' in tensor '\(name)', or twice")
      }
    }
    guard let type, let shape, let offsets else {
      throw FormatProblem.malformed(
        "the header lacks the dtype, shape or data_offsets of tensor '\(name)'")
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw FormatProblem.malformed(
        "the header has data_offsets \(offsets) for tensor '\(name)', not a start and an end")
    }
    return Entry(type: type, shape: shape, bytes: offsets[0]..<offsets[1])
  }

  /// Checks that the tensors take every byte after the header, and none twice.
  func checkCoverage(of size: Int) throws {
    var end = 0
    let order = entries.sorted {
      ($0.entry.bytes.lowerBound, $0.entry.bytes.upperBound)
        < ($1.entry.bytes.lowerBound, $1.entry.bytes.upperBound)
    }
    for (name, entry) in order {
      guard entry.bytes.lowerBound >= end else {
        throw FormatProblem.malformed("tensor '\(name)' overlaps another")
      }
      guard entry.bytes.lowerBound == end else {
        throw FormatProblem.malformed(
          "bytes \(end) to \(entry.bytes.lowerBound), before tensor '\(name)', belong to no tensor")
      }
      end = entry.bytes.upperBound
      guard end <= size else {
        throw FormatProblem.malformed(
          "tensor '\(name)' ends at byte \(end) after the header, where the file has \(size)")
      }
    }
    guard end == size else {
      throw FormatProblem.malformed("there are \(size - end) bytes after its last tensor")
    }
  }

  /// A header for tensors of Float32 that follow one another.
  static func text(
    shapes: [(name: String, shape: [Int])], metadata: [String: String]
  ) -> [UInt8] {
    var items: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      items.append("\(quoted(metadataKey)):{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for (name, shape) in shapes {
      let end = offset + shape.reduce(4, *)
      let lengths = shape.map(String.init).joined(separator: ",")
      items.append(
        """
        \(quoted(name)):{"dtype":"F32","shape":[\(lengths)],"data_offsets":[\(offset),\(end)]}
        """)
      offset = end
    }
    return Array("{\(items.joined(separator: ","))}".utf8)
  }

  /// `text` as a string of JSON. By bytes, since a run's metadata may have a million of them.
  private static func quoted(_ text: String) -> String {
    let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
    // At most `\u001f` for a byte.
    return String(unsafeUninitializedCapacity: 6 * text.utf8.count + 2) { buffer in
      var count = 0
      func append(_ byte: UInt8) {
        buffer[count] = byte
        count += 1
      }
      append(quote)
      for byte in text.utf8 {
        switch byte {
        case quote, backslash:
          append(backslash)
          append(byte)
        case 0x00...0x1F:
          let digits = String(byte, radix: 16)
          "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8.forEach(append)
        default: append(byte)
        }
      }
      append(quote)
      return count
    }
  }
}

extension SafeTensorsHeader.Entry {
  /// The type of the numbers, once the shape is known to need just the bytes that there are.
  func checkedType() throws -> ElementType {
    let types: [String: ElementType] = [
      "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64, "I32": .int32,
      "I64": .int64, "U8": .uint8,
    ]
    guard let known = types[type] else {
      throw FormatProblem.unsupported(
        found: "dtype \(type)", possible: types.keys.sorted().joined(separator: ", "))
    }
    let needed = try known.byteCount(shape: shape)
    guard needed == bytes.count else {
      throw FormatProblem.malformed(
        """
        shape \(shape) of dtype \(type) needs \(needed) bytes, but data_offsets span \(bytes.count)
        """)
    }
    return known
  }
}

extension HeaderScanner {
  /// Steps over a JSON object; `body` reads the value of each key.
  mutating func object(_ body: (String, inout HeaderScanner) throws -> Void) throws {
    try expect("{")
    if take("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try body(key, &self)
    } while take(",")
    try expect("}")
  }

  /// Steps over a JSON array of whole numbers.
  mutating func integers() throws -> [Int] {
    var integers: [Int] = []
    try expect("[")
    if take("]") { return integers }
    repeat { integers.append(try integer()) } while take(",")
    try expect("]")
    return integers
  }
}
