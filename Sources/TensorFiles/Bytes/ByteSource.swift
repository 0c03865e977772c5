/// Bytes that are read once, in order.
protocol ByteSource {
  /// Fills `buffer` as far as there are bytes left, and returns the number of bytes.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int

  /// Makes sure that no byte is left, and checks the checksum of all bytes if there is one.
  mutating func finish() throws

  /// The place in a file where the rest of the bytes stands as it is; `nil` if there is none.
  var section: FileSection? { get }
}

extension ByteSource {
  mutating func finish() throws { try expectEnd() }

  var section: FileSection? { nil }

  /// Fills `buffer`.
  ///
  /// - Throws: ``FormatProblem`` if fewer bytes are left.
  mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) throws {
    let count = try read(into: buffer)
    guard count == buffer.count else {
      throw FormatProblem.malformed(
        "it is truncated: \(buffer.count - count) of \(buffer.count) bytes are missing")
    }
  }

  /// The next `count` bytes. Memory grows with the bytes that are really there, so a wrong `count`
  /// takes none.
  mutating func bytes(_ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: min(count, 1 << 20))
    while bytes.count < count {
      let wanted = min(piece.count, count - bytes.count)
      let read = try piece.withUnsafeMutableBytes { buffer in
        try self.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
      }
      bytes.append(contentsOf: piece[..<read])
      guard read == wanted else {
        throw FormatProblem.malformed(
          "it is truncated: \(count - bytes.count) of \(count) bytes are missing")
      }
    }
    return bytes
  }

  /// Makes sure that no byte is left. A compressed source checks its checksum at the same time.
  mutating func expectEnd() throws {
    var byte: UInt8 = 0
    let count = try withUnsafeMutableBytes(of: &byte) { try read(into: $0) }
    guard count == 0 else { throw FormatProblem.malformed("there are bytes after its end") }
  }
}

extension Array where Element == UInt8 {
  /// The integer that starts at `offset`, least significant byte first.
  func littleEndian<Integer: FixedWidthInteger>(
    at offset: Int, as type: Integer.Type = Integer.self
  ) -> Integer {
    withUnsafeBytes { Integer(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type)) }
  }

  /// The integer that starts at `offset`, most significant byte first.
  func bigEndian<Integer: FixedWidthInteger>(
    at offset: Int, as type: Integer.Type = Integer.self
  ) -> Integer {
    withUnsafeBytes { Integer(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: type)) }
  }

  /// Appends an integer, least significant byte first.
  mutating func append(littleEndian integer: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: integer.littleEndian) { append(contentsOf: $0) }
  }
}
