import Foundation

/// Files in the IDX format of MNIST: bytes after a big-endian header, gzipped or not.
///
/// Source: <http://yann.lecun.com/exdb/mnist/>, "File formats".
public enum IDX {
  /// Grey images, row-major, one byte a pixel.
  public struct Images: Equatable, Sendable {
    /// N·H·W bytes.
    public var pixels: [UInt8]
    /// N, H and W.
    public var count: Int, height: Int, width: Int
  }

  /// What a file holds, by its magic number: unsigned bytes along so many axes.
  private enum Content: UInt32 {
    case labels = 0x0000_0801
    case images = 0x0000_0803

    var axes: Int { Int(rawValue & 0xFF) }
  }

  private static let gzipMagic: [UInt8] = [0x1F, 0x8B]

  /// The images in a file, compressed or not, as its content shows.
  ///
  /// - Throws: ``FileError``, or ``DataSetError`` where the file does not hold exactly the images
  ///   that it claims.
  public static func images(in path: String) throws -> Images {
    let (shape, bytes) = try read(.images, in: path)
    return Images(pixels: bytes, count: shape[0], height: shape[1], width: shape[2])
  }

  /// The labels in a file, compressed or not, as its content shows.
  ///
  /// - Throws: ``FileError``, or ``DataSetError`` where the file does not hold exactly the labels
  ///   that it claims.
  public static func labels(in path: String) throws -> [UInt8] {
    try read(.labels, in: path).bytes
  }

  private static func read(
    _ content: Content, in path: String
  ) throws -> (shape: [Int], bytes: [UInt8]) {
    let file = try InputFile(path)
    do {
      let section = FileSection(file, 0..<file.size)
      if try file.bytes(0..<2) == gzipMagic {
        return try read(
          content, from: try InflatedSource(section, wrapping: .gzip), fileSize: file.size,
          expansion: InflatedSource.greatestExpansion)
      }
      return try read(content, from: section, fileSize: file.size, expansion: 1)
    } catch FormatProblem.malformed(let problem) {
      throw DataSetError.malformed(file: path, problem: problem)
    }
  }

  /// Reads from a source that makes at most `expansion` bytes of each in the file.
  private static func read(
    _ content: Content, from source: some ByteSource, fileSize: Int, expansion: Int
  ) throws -> (shape: [Int], bytes: [UInt8]) {
    var source = source
    guard fileSize >= 4 else {
      throw FormatProblem.malformed("\(fileSize) bytes are too few for an IDX file")
    }
    let magic = try source.bytes(4).bigEndian(at: 0, as: UInt32.self)
    guard magic == content.rawValue else {
      let found = Content(rawValue: magic).map { "an IDX file of \($0)" } ?? "neither gzip nor IDX"
      throw FormatProblem.malformed(
        "it is \(found) (it starts with \(hexadecimal(magic))), where an IDX file of \(content) "
          + "(\(hexadecimal(content.rawValue))) is needed")
    }
    let header = try source.bytes(4 * content.axes)
    let shape = (0..<content.axes).map { Int(header.bigEndian(at: 4 * $0, as: UInt32.self)) }
    guard !shape.contains(0) else {
      throw FormatProblem.malformed("it holds no \(content): its shape is \(shape)")
    }
    let available = max(0, fileSize * expansion - 4 - header.count)
    guard let count = shape.checkedProduct, count <= available,
      count <= ProcessInfo.processInfo.physicalMemory
    else {
      throw FormatProblem.malformed(
        "it claims \(content) of shape \(shape), more than a file of \(fileSize) bytes can hold")
    }
    let bytes = try source.bytes(count)
    try source.expectEnd()
    return (shape, bytes)
  }

  private static func hexadecimal(_ magic: UInt32) -> String {
    let digits = String(magic, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
