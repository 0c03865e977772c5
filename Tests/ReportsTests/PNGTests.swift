import Foundation
import Testing

@testable import Reports

@Suite struct PNGTests {
  /// The check value of CRC-32, and the last chunk of every PNG.
  @Test func checksums() {
    #expect(PNG.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(PNG.crc32(Array("IEND".utf8)) == 0xAE42_6082)
  }

  /// The bytes of a 2×1 grey image; its Adler-32 was computed with Python's zlib.
  @Test func aGreyImage() {
    let bytes = Array(PNG(width: 2, height: 1, pixels: [0, 255]).bytes)
    #expect(Array(bytes[16..<29]) == [0, 0, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0, 0])
    #expect(
      Array(bytes[41..<55])
        == [0x78, 0x01, 1, 3, 0, 0xFC, 0xFF, 0, 0, 255, 0x01, 0x02, 0x01, 0x00])
  }

  /// Where the page's script looks for the pixels of a matrix.
  @Test func pixelsOfAPaletteAreAtByte828() {
    let pixels: [UInt8] = (0..<9).map { 10 + $0 }
    let bytes = Array(
      PNG(width: 3, height: 3, pixels: pixels, palette: ColorMap.rising.palette).bytes)
    for row in 0..<3 {
      for column in 0..<3 {
        #expect(bytes[828 + row * 4 + 1 + column] == pixels[row * 3 + column])
      }
    }
  }

  /// More than a stored block holds.
  @Test func aLargeImageHasSeveralBlocks() {
    let bytes = PNG(width: 300, height: 300, pixels: [UInt8](repeating: 7, count: 90_000)).bytes
    #expect(bytes.count == 8 + 25 + 12 + 12 + 2 + 2 * 5 + 300 * 301 + 4)
  }
}
