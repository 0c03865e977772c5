/// A message in the wire format of protocol buffers, as far as events of TensorBoard and ONNX models need
/// that.
package struct ProtocolBuffer {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func append(_ field: UInt64, varint value: UInt64) {
    append(key: field, wire: 0)
    append(value)
  }

  package mutating func append(_ field: UInt64, double value: Double) {
    append(key: field, wire: 1)
    bytes += littleEndian(value.bitPattern)
  }

  package mutating func append(_ field: UInt64, float value: Float) {
    append(key: field, wire: 5)
    bytes += littleEndian(value.bitPattern)
  }

  package mutating func append(_ field: UInt64, content: [UInt8]) {
    append(key: field, wire: 2)
    append(UInt64(content.count))
    bytes += content
  }

  private mutating func append(key field: UInt64, wire: UInt64) { append(field << 3 | wire) }

  /// Appends seven bits a byte, the lowest first. The highest bit says that more bytes follow.
  private mutating func append(_ value: UInt64) {
    var rest = value
    while rest >= 128 {
      bytes.append(UInt8(rest & 127 | 128))
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// The bytes of a number, with the lowest first.
package func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
