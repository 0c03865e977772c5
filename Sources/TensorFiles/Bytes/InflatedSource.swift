import CZlib

/// Compressed bytes, inflated while they are read.
///
/// This is a class because zlib's state must neither move nor be copied. It never inflates more
/// than is asked for, so a small file cannot fill the memory.
final class InflatedSource: ByteSource {
  /// How the compressed bytes are wrapped.
  enum Wrapping {
    /// No wrapping, as in a zip archive.
    case none
    /// The wrapping of a `.gz` file: one or more members, each with its checksum.
    case gzip
  }

  /// The most bytes that deflate can make of one byte.
  static let greatestExpansion = 1032

  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutableRawBufferPointer
  private let wrapping: Wrapping
  private var source: FileSection
  private var isAtEnd = false

  init(_ source: FileSection, wrapping: Wrapping) throws {
    self.source = source
    self.wrapping = wrapping
    input = .allocate(byteCount: 1 << 16, alignment: 16)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let windowBits = wrapping == .gzip ? 16 + MAX_WBITS : -MAX_WBITS
    let status = inflateInit2_(
      stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw FormatProblem.malformed("zlib cannot start (status \(status))")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var count = 0
    while count < buffer.count, !isAtEnd {
      try refill()
      // zlib counts in 32 bits.
      let room = min(buffer.count - count, 1 << 30)
      stream.pointee.next_out = buffer.baseAddress?.advanced(by: count)
        .assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = uInt(room)
      let status = inflate(stream, Z_NO_FLUSH)
      count += room - Int(stream.pointee.avail_out)
      switch status {
      case Z_OK: continue
      case Z_STREAM_END: try finishMember()
      case Z_BUF_ERROR where stream.pointee.avail_in == 0:
        throw FormatProblem.malformed("the compressed data are truncated")
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)"
        throw FormatProblem.malformed("the compressed data are damaged: \(reason)")
      }
    }
    return count
  }

  private func refill() throws {
    guard stream.pointee.avail_in == 0 else { return }
    stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_in = uInt(try source.read(into: input))
  }

  private func finishMember() throws {
    try refill()
    guard stream.pointee.avail_in > 0 else {
      isAtEnd = true
      return
    }
    guard wrapping == .gzip else {
      throw FormatProblem.malformed("there are bytes after the compressed data")
    }
    inflateReset(stream)
  }
}

/// A source that computes its checksum while it is read, and compares it at its end.
struct ChecksummedSource: ByteSource {
  private var base: any ByteSource
  private var checksum = Checksum()
  private let expected: UInt32

  var section: FileSection? { base.section }

  init(_ base: any ByteSource, expecting checksum: UInt32) {
    self.base = base
    self.expected = checksum
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try base.read(into: buffer)
    checksum.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    return count
  }

  mutating func finish() throws {
    try expectEnd()
    guard checksum.value == expected else {
      throw FormatProblem.malformed("its content does not have its checksum")
    }
  }
}
