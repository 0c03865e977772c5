import CZlib
import Foundation
import Tensors

/// A PNG image with one byte for each pixel, a shade of grey or an index into a palette, or with
/// three: red, green and blue.
struct PNG {
  var width: Int
  var height: Int
  /// The bytes of the pixels row by row: height·width·channels of them.
  var pixels: [UInt8]
  /// Red, green and blue for every index. If it is empty, pixels are grey.
  var palette: [[UInt8]] = []
  /// The number of bytes of a pixel: 1 or 3.
  var channels = 1

  private var rowLength: Int { width * channels }

  /// `data:image/png;base64,…`
  var address: String { "data:image/png;base64," + bytes.base64EncodedString() }

  var bytes: Data {
    require(
      pixels.count == rowLength * height,
      "[png] \(pixels.count) bytes of pixels for \(height)×\(width) of \(channels)")
    var data = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    let kind: UInt8 = channels == 3 ? 2 : palette.isEmpty ? 0 : 3
    append(
      "IHDR", bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, kind, 0, 0, 0], &data)
    if !palette.isEmpty { append("PLTE", palette.flatMap { $0 }, &data) }
    append("IDAT", smallestStream, &data)
    append("IEND", [], &data)
    return data
  }

  private func append(_ name: String, _ content: [UInt8], _ data: inout Data) {
    let body = Array(name.utf8) + content
    let checksum = UInt32(crc32_z(0, body, body.count))
    data += bigEndian(UInt32(content.count)) + body + bigEndian(checksum)
  }

  private func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(value >> $0 & 255) }
  }
}

// Rows are filtered before they are compressed (PNG specification, 9.2): a byte is replaced by its
// difference to a guess from its neighbours. Matrices of relations shrink most with Paeth's guess,
// and thumbnails without a filter.

extension PNG {
  private enum Filter: UInt8, CaseIterable { case none = 0, paeth = 4 }

  private var smallestStream: [UInt8] {
    Filter.allCases.map { deflated(rows(by: $0)) }.min { $0.count < $1.count } ?? []
  }

  /// Every row, preceded by the number of its filter.
  private func rows(by filter: Filter) -> [UInt8] {
    var rows: [UInt8] = []
    rows.reserveCapacity((rowLength + 1) * height)
    for row in 0..<height {
      rows.append(filter.rawValue)
      for column in 0..<rowLength {
        let guess = filter == .none ? 0 : paeth(row, column)
        rows.append(pixels[row * rowLength + column] &- guess)
      }
    }
    return rows
  }

  /// The byte of the pixel to the left, above, or above to the left that is nearest to left + above −
  /// above to the left.
  private func paeth(_ row: Int, _ column: Int) -> UInt8 {
    func pixel(_ row: Int, _ column: Int) -> Int {
      row < 0 || column < 0 ? 0 : Int(pixels[row * rowLength + column])
    }
    let (left, above) = (pixel(row, column - channels), pixel(row - 1, column))
    let corner = pixel(row - 1, column - channels)
    let (toLeft, toAbove) = (abs(above - corner), abs(left - corner))
    let toCorner = abs(left + above - 2 * corner)
    let isLeft = toLeft <= toAbove && toLeft <= toCorner
    return UInt8(isLeft ? left : toAbove <= toCorner ? above : corner)
  }

  private func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var size = compressBound(uLong(bytes.count))
    var stream = [UInt8](repeating: 0, count: Int(size))
    let status = compress2(&stream, &size, bytes, uLong(bytes.count), Z_BEST_COMPRESSION)
    require(status == Z_OK, "[png] zlib cannot compress (status \(status))")
    return Array(stream.prefix(Int(size)))
  }
}
