/// The header of a `.safetensors` file. Nothing in it is trusted before it is checked.
struct SafeTensorsHeader {
  /// The place, type and shape of a tensor.
  struct Entry {
    var type: String
    var shape: [Int]
    /// The place of its bytes, counted from the end of the header.
    var bytes: Range<Int>
  }

  static let metadataKey = "__metadata__"

  private(set) var entries: [(name: String, entry: Entry)] = []
  private var indices: [String: Int] = [:]
  /// The JSON object of the file's metadata.
  private var metadataText: [UInt8] = Array("{}".utf8)

  /// Parses a header.
  ///
  /// - Throws: ``FormatProblem`` if the header is not JSON of the form that the format requires.
  init(parsing bytes: [UInt8]) throws {
    guard bytes.first == UInt8(ascii: "{") else {
      throw FormatProblem.malformed("the header is not a JSON object")
    }
    var scanner = HeaderScanner(bytes)
    // Space is reserved so that the names of a million tensors are hashed only once.
    indices.reserveCapacity(bytes.count / 64)
    try scanner.object { name, scanner in
      guard indices.updateValue(entries.count, forKey: name) == nil else {
        throw FormatProblem.malformed("the header has '\(name)' twice")
      }
      if name == Self.metadataKey {
        let start = scanner.position
        try scanner.object { _, scanner in _ = try scanner.string() }
        metadataText = Array(bytes[start..<scanner.position])
      } else {
        entries.append((name, try Self.entry(named: name, in: &scanner)))
      }
    }
    guard scanner.peek() == nil else { throw scanner.unexpected("the end of the header") }
  }

  /// The header's entry for a tensor; `nil` if there is none of this name.
  func entry(named name: String) -> Entry? {
    name == Self.metadataKey ? nil : indices[name].map { entries[$0].entry }
  }

  /// The file's metadata. They are parsed anew each time, since most readers do not ask for them.
  var metadata: [String: String] {
    var metadata: [String: String] = [:]
    var scanner = HeaderScanner(metadataText)
    // This cannot throw, because the same bytes were parsed before.
    try? scanner.object { key, scanner in metadata[key] = try scanner.string() }
    return metadata
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

  /// Checks that the tensors cover every byte after the header, and none twice.
  func checkCoverage(of size: Int) throws {
    var end = 0
    func isBefore(_ one: Range<Int>, _ other: Range<Int>) -> Bool {
      (one.lowerBound, one.upperBound) < (other.lowerBound, other.upperBound)
    }
    // Most files list their tensors in order, and a file may have a million of them.
    let isOrdered = zip(entries, entries.dropFirst()).allSatisfy {
      !isBefore($1.entry.bytes, $0.entry.bytes)
    }
    let order =
      isOrdered ? entries : entries.sorted { isBefore($0.entry.bytes, $1.entry.bytes) }
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
          "tensor '\(name)' ends at byte \(end) after the header, but the file has \(size)")
      }
    }
    guard end == size else {
      throw FormatProblem.malformed("there are \(size - end) bytes after its last tensor")
    }
  }

  /// A header for tensors of Float32 that follow one another without a gap.
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

  /// `text` as a JSON string. It is built byte by byte, since a run's metadata may have a million
  /// of them.
  private static func quoted(_ text: String) -> String {
    let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
    // The longest escape of a byte is `\u001f`, of six bytes.
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
  private static let types: [String: ElementType] = [
    "BOOL": .bool, "I8": .int8, "I16": .int16, "I32": .int32, "I64": .int64, "U8": .uint8,
    "U16": .uint16, "U32": .uint32, "U64": .uint64, "F8_E4M3": .float8E4M3,
    "F8_E5M2": .float8E5M2, "BF16": .bfloat16, "F16": .float16, "F32": .float32, "F64": .float64,
  ]

  /// Types that the format has and that are not read.
  private static let unread: [String: UnreadType] = [
    "C64": .complex, "F8_E8M0": .smallFloat, "F8_E4M3FNUZ": .smallFloat,
    "F8_E5M2FNUZ": .smallFloat, "F4": .packed, "F6_E2M3": .packed, "F6_E3M2": .packed,
  ]

  /// The array in the form that all formats share.
  var array: StoredArray {
    let name = "dtype \(type)"
    return StoredArray(
      type: Self.types[type].map { .success($0) }
        ?? .failure(Self.unread[type, default: .unknown].problem(name)),
      typeName: name, shape: shape, byteCount: bytes.count,
      byteCountText: "data_offsets span \(bytes.count)")
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
