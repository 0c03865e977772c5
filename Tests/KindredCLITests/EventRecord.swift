import Foundation

/// A record of a TensorBoard event file, read back.
struct EventRecord: Equatable {
  var seconds = 0.0
  var step = 0
  var version: String?
  var scalars: [String: Float] = [:]

  struct Malformed: Error {}

  /// The records of a file, whose checksums are checked.
  static func read(_ data: Data) throws -> [EventRecord] {
    var rest = Array(data)[...]
    var records: [EventRecord] = []
    while !rest.isEmpty {
      guard rest.count >= 16 else { throw Malformed() }
      let length = Int(number(rest.prefix(8)))
      let content = rest.dropFirst(12).prefix(length)
      guard rest.count >= length + 16,
        number(rest.dropFirst(8).prefix(4)) == checksum(rest.prefix(8)),
        number(rest.dropFirst(12 + length).prefix(4)) == checksum(content)
      else { throw Malformed() }
      records.append(try EventRecord(content))
      rest = rest.dropFirst(length + 16)
    }
    return records
  }

  init(seconds: Double, step: Int, scalars: [String: Float]) {
    (self.seconds, self.step, self.scalars) = (seconds, step, scalars)
  }

  private init(_ content: ArraySlice<UInt8>) throws {
    for (field, value) in try Self.fields(content) {
      switch field {
      case 1: seconds = Double(bitPattern: Self.number(value))
      case 2: step = Int(Self.number(value))
      case 3: version = String(decoding: value, as: UTF8.self)
      case 5:
        for (_, scalar) in try Self.fields(value) {
          let parts = Dictionary(uniqueKeysWithValues: try Self.fields(scalar))
          let tag = String(decoding: parts[1] ?? [], as: UTF8.self)
          scalars[tag] = Float(bitPattern: UInt32(Self.number(parts[2] ?? [])))
        }
      default: throw Malformed()
      }
    }
  }

  /// The fields of a message of protocol buffers; a whole number as the bytes of one.
  private static func fields(
    _ bytes: ArraySlice<UInt8>
  ) throws -> [(field: Int, value: ArraySlice<UInt8>)] {
    var rest = bytes
    func whole() throws -> UInt64 {
      var (value, shift) = (UInt64(0), UInt64(0))
      while let byte = rest.popFirst() {
        value |= UInt64(byte & 127) << shift
        if byte < 128 { return value }
        shift += 7
      }
      throw Malformed()
    }
    var fields: [(Int, ArraySlice<UInt8>)] = []
    while !rest.isEmpty {
      let key = try whole()
      var count = 0
      switch key & 7 {
      case 0:
        let value = try whole()
        fields.append((Int(key >> 3), withUnsafeBytes(of: value.littleEndian) { Array($0)[...] }))
        continue
      case 1: count = 8
      case 2: count = Int(try whole())
      case 5: count = 4
      default: throw Malformed()
      }
      guard rest.count >= count else { throw Malformed() }
      fields.append((Int(key >> 3), rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return fields
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The masked CRC-32C, bit by bit.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var crc: UInt32 = ~0
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? 0x82F6_3B78 ^ crc >> 1 : crc >> 1 }
    }
    crc = ~crc
    return UInt64((crc >> 15 | crc << 17) &+ 0xA282_EAD8)
  }
}
