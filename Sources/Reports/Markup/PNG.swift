import Foundation

/// A PNG image of one byte a pixel: grey, or an index into a palette.
///
/// Uncompressed (deflate's stored blocks): the images are small, and nothing else is needed.
struct PNG {
  var width: Int
  var height: Int
  /// height·width bytes, row by row.
  var pixels: [UInt8]
  /// Red, green and blue of every index; grey where there is none.
  var palette: [[UInt8]] = []

  /// `data:image/png;base64,…`
  var address: String { "data:image/png;base64," + bytes.base64EncodedString() }

  var bytes: Data {
    precondition(
      pixels.count == width * height, "[png] \(pixels.count) pixels for \(height)×\(width)")
    var data = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    let kind: UInt8 = palette.isEmpty ? 0 : 3
    append(
      "IHDR", bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, kind, 0, 0, 0], &data)
    if !palette.isEmpty { append("PLTE", palette.flatMap { $0 }, &data) }
    // Every row begins with the number of its filter, none.
    let rows = (0..<height).flatMap { [0] + pixels[$0 * width..<($0 + 1) * width] }
    append("IDAT", stored(rows), &data)
    append("IEND", [], &data)
    return data
  }

  private func append(_ name: String, _ content: [UInt8], _ data: inout Data) {
    let body = Array(name.utf8) + content
    data += bigEndian(UInt32(content.count)) + body + bigEndian(Self.crc32(body))
  }

  /// A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4).
  private func stored(_ bytes: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var start = 0
    repeat {
      let end = min(start + 65_535, bytes.count)
      let (length, isLast) = (UInt16(end - start), end == bytes.count)
      stream += [isLast ? 1 : 0, UInt8(length & 255), UInt8(length >> 8)]
      stream += [UInt8(~length & 255), UInt8(~length >> 8)]
      stream += bytes[start..<end]
      start = end
    } while start < bytes.count
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return stream + bigEndian(b << 16 | a)
  }

  private func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(value >> $0 & 255) }
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1
    }
  }

  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { table[Int(($0 ^ UInt32($1)) & 255)] ^ $0 >> 8 }
  }
}
