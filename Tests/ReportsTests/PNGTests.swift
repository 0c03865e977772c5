import CZlib
import Foundation
import Testing

@testable import Reports

@Suite struct PNGTests {
  /// The chunks of a file. Each of them ends with its checksum.
  func chunks(_ png: PNG) throws -> [String: [UInt8]] {
    let bytes = Array(png.bytes)
    #expect(bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    func number(_ start: Int) -> Int { bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    var chunks: [String: [UInt8]] = [:]
    var start = 8
    while start < bytes.count {
      let end = start + 8 + number(start)
      let body = Array(bytes[start + 4..<end])
      #expect(number(end) == Int(crc32_z(0, body, body.count)))
      chunks[String(decoding: body.prefix(4), as: UTF8.self)] = Array(body.dropFirst(4))
      start = end + 4
    }
    return chunks
  }

  /// The filter of every row, and the pixels as a reader gets them (PNG specification, 9.2).
  func read(_ png: PNG) throws -> (filters: Set<UInt8>, pixels: [UInt8]) {
    let stream = try #require(try chunks(png)["IDAT"])
    let (length, channels) = (png.width * png.channels, png.channels)
    var size = uLong((length + 1) * png.height)
    var rows = [UInt8](repeating: 0, count: Int(size))
    #expect(uncompress(&rows, &size, stream, uLong(stream.count)) == Z_OK)
    #expect(Int(size) == rows.count)
    var filters: Set<UInt8> = []
    var pixels: [UInt8] = []
    for row in 0..<png.height {
      let filter = rows[row * (length + 1)]
      filters.insert(filter)
      for column in 0..<length {
        let a = column >= channels ? Int(pixels[pixels.count - channels]) : 0
        let b = row > 0 ? Int(pixels[pixels.count - length]) : 0
        let c =
          row > 0 && column >= channels ? Int(pixels[pixels.count - length - channels]) : 0
        let nearest = [a, b, c].min { abs($0 - a - b + c) < abs($1 - a - b + c) } ?? 0
        let guess = filter == 4 ? nearest : 0
        pixels.append(rows[row * (length + 1) + 1 + column] &+ UInt8(guess))
      }
    }
    return (filters, pixels)
  }

  @Test func aImage() throws {
    let chunks = try chunks(PNG(width: 2, height: 1, pixels: [0, 255]))
    #expect(Set(chunks.keys) == ["IHDR", "IDAT", "IEND"])
    #expect(chunks["IHDR"] == [0, 0, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0, 0])
  }

  @Test func anImageOfAPalette() throws {
    let colors: [[UInt8]] = [[1, 2, 3], [4, 5, 6]]
    let chunks = try chunks(PNG(width: 1, height: 2, pixels: [0, 1], palette: colors))
    #expect(chunks["IHDR"] == [0, 0, 0, 1, 0, 0, 0, 2, 8, 3, 0, 0, 0])
    #expect(chunks["PLTE"] == [1, 2, 3, 4, 5, 6])
  }

  /// The images are smooth, noisy or flat; some are wider or higher than a byte counts.
  @Test(arguments: [(300, 280, 1), (40, 300, 97), (9, 9, 0), (1, 1, 0)])
  func pixelsReadBack(width: Int, height: Int, factor: Int) throws {
    var pixels: [UInt8] = []
    for row in 0..<height {
      for column in 0..<width { pixels.append(UInt8((row + column) * factor % 256)) }
    }
    let png = PNG(width: width, height: height, pixels: pixels)
    #expect(try read(png).pixels == pixels)
    if factor == 1 { #expect(png.bytes.count < pixels.count / 20) }
  }

  /// The channels of a pixel stand beside each other, and a guess is from the same channel.
  @Test func coloursReadBack() throws {
    var pixels: [UInt8] = []
    for row in 0..<40 {
      for column in 0..<30 { pixels += [UInt8(row + column), UInt8(200 - row), UInt8(3 * column)] }
    }
    let png = PNG(width: 30, height: 40, pixels: pixels, channels: 3)
    #expect(try read(png).pixels == pixels)
    #expect(try read(png).filters == [4])
    #expect(try chunks(png)["IHDR"]?.dropFirst(8) == [8, 2, 0, 0, 0])
    #expect(png.bytes.count < pixels.count / 8)
  }

  /// The filter is the one that makes an image smaller.
  @Test func filters() throws {
    func filters(_ pixel: (_ row: Int, _ column: Int) -> Int) throws -> Set<UInt8> {
      var pixels: [UInt8] = []
      for row in 0..<64 { for column in 0..<64 { pixels.append(UInt8(pixel(row, column))) } }
      return try read(PNG(width: 64, height: 64, pixels: pixels)).filters
    }
    #expect(try filters { $0 + $1 } == [4])
    #expect(try filters { ($0 * 64 + $1) % 37 == 0 ? $0 * 3 : 0 } == [0])
  }

  @Test func aColourTellsTheNumber() {
    for colors in [ColorMap.rising, .diverging] { #expect(Set(colors.palette).count == 256) }
  }
}
