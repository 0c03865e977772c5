import TensorFiles

/// Scalars by step in the format of TensorBoard's event files.
///
/// A record is its length (8 bytes), the masked checksum of the length, the data, and the masked
/// checksum of the data. The data are an `Event` of TensorFlow's event.proto: wall_time (1), step
/// (2), and either file_version (3) or a summary (5) whose values (1) have a tag (1) and a
/// simple_value (2).
///
///     var events = EventFile()
///     events.append(step: 1, seconds: 2.5, scalars: [("loss", 0.7)])
///     try Data(events.bytes).write(to: url)
package struct EventFile: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {
    var event = ProtocolBuffer()
    event.append(1, double: 0)
    event.append(3, content: Array("brain.Event:2".utf8))
    append(event)
  }

  /// Appends the scalars that were measured at a step. `seconds` counts from 1970, or from any
  /// other beginning if no date is known.
  package mutating func append(
    step: Int, seconds: Double, scalars: [(tag: String, value: Double)]
  ) {
    var summary = ProtocolBuffer()
    for (tag, number) in scalars {
      var value = ProtocolBuffer()
      value.append(1, content: Array(tag.utf8))
      value.append(2, float: Float(number))
      summary.append(1, content: value.bytes)
    }
    var event = ProtocolBuffer()
    event.append(1, double: seconds)
    event.append(2, varint: UInt64(bitPattern: Int64(step)))
    event.append(5, content: summary.bytes)
    append(event)
  }

  private mutating func append(_ event: ProtocolBuffer) {
    let length = littleEndian(UInt64(event.bytes.count))
    bytes += length + littleEndian(CRC32C.masked(length))
    bytes += event.bytes + littleEndian(CRC32C.masked(event.bytes))
  }
}
