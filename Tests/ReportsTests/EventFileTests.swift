import Foundation
import TensorFiles
import Testing

@testable import Reports

@Suite struct EventFileTests {
  /// The values of RFC 3720, B.4, and the check value of CRC-32C.
  @Test func checksums() {
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum((0..<32).map { UInt8($0) }) == 0x46DD_794E)
  }

  /// The masks are those of TensorBoard 2.21. A record has the checksums of its length and of its
  /// data.
  @Test func checksumsAreMasked() {
    #expect(CRC32C.masked(Array("123456789".utf8)) == 0xC78A_B0E5)
    #expect(CRC32C.masked([UInt8](repeating: 0, count: 8)) == 0x0798_0329)
    let bytes = EventFile().bytes
    #expect(Array(bytes[8..<12]) == littleEndian(CRC32C.masked(Array(bytes[0..<8]))))
    #expect(Array(bytes[36..<40]) == littleEndian(CRC32C.masked(Array(bytes[12..<36]))))
  }

  /// The bytes of the first record, written by hand: wall_time 0, file_version "brain.Event:2".
  @Test func theFirstRecordIsTheVersion() {
    let bytes = EventFile().bytes
    #expect(Array(bytes[0..<8]) == [24, 0, 0, 0, 0, 0, 0, 0])
    #expect(
      Array(bytes[12..<36])
        == [0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0x1A, 13] + Array("brain.Event:2".utf8))
    #expect(bytes.count == 8 + 4 + 24 + 4)
  }

  @Test func aScalar() {
    var file = EventFile()
    let start = file.bytes.count
    file.append(step: 300, seconds: 1.5, scalars: [("loss", 0.25)])
    let event = Array(file.bytes[start + 12..<file.bytes.count - 4])
    #expect(
      event
        == [0x09, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0x10, 0xAC, 0x02, 0x2A, 13, 0x0A, 11, 0x0A, 4]
        + Array("loss".utf8) + [0x15, 0, 0, 0x80, 0x3E])
  }
}
