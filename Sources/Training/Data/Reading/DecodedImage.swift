import CImages
import Foundation
import Tensors

/// An image as a PNG or JPEG file holds it, with the channels of a pixel beside each other.
struct DecodedImage: Sendable {
  var pixels: [UInt8]
  var shape: ImageShape

  /// Whether this program can decode images, which the package's trait `Images` decides.
  static let isPossible: Bool = {
    #if Images
      true
    #else
      false
    #endif
  }()

  /// Decodes a file, or says what is wrong with it.
  static func decode(_ path: String) -> Result<DecodedImage, Problem> {
    guard let data = FileManager.default.contents(atPath: path) else {
      return .failure(Problem(text: "it cannot be read"))
    }
    var image = KindredImage()
    var problem = [CChar](repeating: 0, count: Int(KINDRED_IMAGE_PROBLEM))
    let isDecoded = data.withUnsafeBytes { bytes in
      bytes.withMemoryRebound(to: UInt8.self) { bytes in
        bytes.baseAddress.map {
          kindred_image_decode($0, bytes.count, &image, &problem) == 1
        }
      }
    }
    defer { kindred_image_free(&image) }
    guard isDecoded == true, let pixels = image.pixels else {
      let text = String(
        decoding: problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return .failure(Problem(text: data.isEmpty ? "it is empty" : text))
    }
    let shape = ImageShape(
      channels: Int(image.channels), height: Int(image.height), width: Int(image.width))
    return .success(
      DecodedImage(
        pixels: Array(UnsafeBufferPointer(start: pixels, count: shape.count)), shape: shape))
  }

  /// What is wrong with a file.
  struct Problem: Error { var text: String }
}

extension DecodedImage {
  /// Writes this image channel after channel. A grey image has as many equal channels as are wanted.
  func writePlanes(of channels: Int, to planes: UnsafeMutableBufferPointer<UInt8>) {
    let (plane, own) = (shape.plane, shape.channels)
    pixels.withUnsafeBufferPointer { pixels in
      guard let source = pixels.baseAddress, let start = planes.baseAddress else { return }
      for channel in 0..<channels {
        let (target, first) = (start + channel * plane, own == 1 ? 0 : channel)
        for pixel in 0..<plane { target[pixel] = source[pixel * own + first] }
      }
    }
  }

  /// This image in `side`×`side` pixels, each of them the mean of the area that it covers. Without
  /// it, an image that is enlarged repeats its pixels, with a mix where two meet.
  func resized(to side: Int) -> DecodedImage {
    guard (shape.height, shape.width) != (side, side) else { return self }
    let (rows, columns) = (Self.shares(of: shape.height, side), Self.shares(of: shape.width, side))
    let channels = shape.channels
    var result: [UInt8] = []
    result.reserveCapacity(side * side * channels)
    for row in rows {
      for column in columns {
        for channel in 0..<channels {
          var sum = 0.0
          for (y, height) in row {
            for (x, width) in column {
              sum += height * width * Double(pixels[(y * shape.width + x) * channels + channel])
            }
          }
          result.append(UInt8(level: sum))
        }
      }
    }
    return DecodedImage(
      pixels: result, shape: ImageShape(channels: channels, height: side, width: side))
  }

  /// The pixels of a side of `length` that each of `count` equal parts of it covers, with the share
  /// of the part that each has.
  static func shares(of length: Int, _ count: Int) -> [[(pixel: Int, share: Double)]] {
    let part = Double(length) / Double(count)
    return (0..<count).map { index in
      // The ends are whole numbers divided once, so that parts meet exactly.
      let start = Double(index * length) / Double(count)
      let end = Double((index + 1) * length) / Double(count)
      return (Int(start)..<min(length, Int(end.rounded(.up)))).map { pixel in
        (pixel, (min(end, Double(pixel + 1)) - max(start, Double(pixel))) / part)
      }
    }
  }
}
