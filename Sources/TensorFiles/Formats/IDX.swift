/// The IDX format of MNIST: numbers after a big-endian header, gzipped or not.
///
/// Source: <http://yann.lecun.com/exdb/mnist/>, "File formats".
public enum IDX {
  /// Grey images, in row-major order, with one byte per pixel.
  public struct Images: Equatable, Sendable {
    /// The pixels of all images: N·H·W bytes.
    public var pixels: [UInt8]
    /// The number of images N, their height H and their width W.
    public var count: Int, height: Int, width: Int
  }

  /// The content that a file must have: bytes along a number of axes.
  private enum Content: UInt32 {
    case labels = 0x0000_0801
    case images = 0x0000_0803

    var axes: Int { Int(rawValue & 0xFF) }
  }

  private static let gzipMagic: [UInt8] = [0x1F, 0x8B]

  /// Reads the images in a file. The content shows whether it is compressed.
  ///
  /// - Throws: ``FileError`` if the file cannot be read, and ``TensorFileError`` if it does not
  ///   hold exactly the images that it claims.
  public static func images(in path: String) throws -> Images {
    let (shape, bytes) = try read(.images, in: path)
    return Images(pixels: bytes, count: shape[0], height: shape[1], width: shape[2])
  }

  /// Reads the labels in a file. The content shows whether it is compressed. Labels are whole
  /// numbers of any type along one axis, each of which must fit in a byte.
  ///
  /// - Throws: ``FileError`` if the file cannot be read, and ``TensorFileError`` if it does not
  ///   hold exactly the labels that it claims.
  public static func labels(in path: String) throws -> [UInt8] {
    try read(.labels, in: path).bytes
  }

  private static func read(
    _ content: Content, in path: String
  ) throws -> (shape: [Int], bytes: [UInt8]) {
    try opening(path) { source, fileSize, expansion in
      let (shape, bytes, type) = try read(
        content, from: &source, fileSize: fileSize, expansion: expansion)
      return (
        shape,
        type == .uint8 ? bytes : try octets(numbers(bytes, type, count: shape.reduce(1, *)))
      )
    }
  }

  /// The labels in a file, which are whole numbers of any type along one axis.
  static func wholeLabels(in path: String) throws -> [Int] {
    try opening(path) { source, fileSize, expansion in
      let (shape, bytes, type) = try read(
        .labels, from: &source, fileSize: fileSize, expansion: expansion)
      return try numbers(bytes, type, count: shape[0]).enumerated().map { index, value in
        guard case .whole(let number) = value else {
          throw FormatProblem.malformed("label \(index) is \(value), which is too large")
        }
        return number
      }
    }
  }

  /// Gives `body` the bytes of a file, decompressed, with the size of the file and the most bytes
  /// that each of its bytes can make.
  static func opening<Result>(
    _ path: String, _ body: (inout any ByteSource, Int, Int) throws -> Result
  ) throws -> Result {
    let file = try InputFile(path)
    do {
      let section = FileSection(file, 0..<file.size)
      let isCompressed = try file.bytes(0..<2) == gzipMagic
      var source: any ByteSource =
        isCompressed ? try InflatedSource(section, wrapping: .gzip) : section
      return try body(
        &source, file.size, isCompressed ? InflatedSource.greatestExpansion : 1)
    } catch let problem as FormatProblem {
      throw TensorFileError(problem, file: path)
    }
  }

  /// Reads from a source that makes at most `expansion` bytes of each byte in the file.
  private static func read(
    _ content: Content, from source: inout any ByteSource, fileSize: Int, expansion: Int
  ) throws -> (shape: [Int], bytes: [UInt8], type: ElementType) {
    guard fileSize >= 4 else {
      throw FormatProblem.malformed("\(fileSize) bytes are too few for an IDX file")
    }
    let magic = try source.bytes(4).bigEndian(at: 0, as: UInt32.self)
    let type =
      magic == content.rawValue ? ElementType.uint8 : wholeType(ofLabels: magic, for: content)
    guard let type else { throw problem(ofMagic: magic, in: &source, for: content) }
    let header = try source.bytes(4 * content.axes)
    let shape = (0..<content.axes).map { Int(header.bigEndian(at: 4 * $0, as: UInt32.self)) }
    guard !shape.contains(0) else {
      throw FormatProblem.malformed("it holds no \(content): its shape is \(shape)")
    }
    let available = max(0, fileSize * expansion - 4 - header.count)
    guard let count = shape.checkedProduct,
      let byteCount = [count, type.size].checkedProduct, byteCount <= available
    else {
      throw FormatProblem.malformed(
        "it claims \(content) of shape \(shape), more than a file of \(fileSize) bytes can hold")
    }
    try StoredArray.checkMemory(for: byteCount + count, shape: shape)
    let bytes = try source.bytes(byteCount)
    try source.expectEnd()
    return (shape, bytes, type)
  }

  /// The type of labels that are whole numbers along one axis, but not bytes; `nil` for any other
  /// file.
  private static func wholeType(ofLabels magic: UInt32, for content: Content) -> ElementType? {
    guard content == .labels, let (type, axes) = kind(ofMagic: magic), axes == 1 else { return nil }
    return type.isFloatingPoint ? nil : type.type
  }

  /// The values of big-endian whole numbers.
  private static func numbers(
    _ bytes: [UInt8], _ type: ElementType, count: Int
  ) -> [StoredValue] {
    var reversed = bytes
    for start in stride(from: 0, to: bytes.count, by: type.size) {
      reversed[start..<start + type.size].reverse()
    }
    return reversed.withUnsafeBytes { type.values($0, count: count) }
  }

  /// Whole numbers, each of which must fit in a byte.
  private static func octets(_ values: [StoredValue]) throws -> [UInt8] {
    try values.enumerated().map { index, value in
      guard case .whole(let number) = value, let octet = UInt8(exactly: number) else {
        throw FormatProblem.malformed("label \(index) is \(value), not 0 to 255")
      }
      return octet
    }
  }

  /// The element types; the raw value is the third byte of a file.
  enum Element: UInt8 {
    case uint8 = 0x08, int8, int16 = 0x0B, int32, float32, float64

    var type: ElementType {
      switch self {
      case .uint8: .uint8
      case .int8: .int8
      case .int16: .int16
      case .int32: .int32
      case .float32: .float32
      case .float64: .float64
      }
    }

    var isFloatingPoint: Bool { type.isFloatingPoint }
  }

  /// The element type and the number of axes in a magic number; `nil` if it is not one of IDX.
  private static func kind(ofMagic magic: UInt32) -> (type: Element, axes: Int)? {
    guard magic >> 16 == 0, let type = Element(rawValue: UInt8(magic >> 8)) else { return nil }
    return (type, Int(magic & 0xFF))
  }

  /// The problem to throw if a file does not hold what is needed.
  private static func problem(
    ofMagic magic: UInt32, in source: inout some ByteSource, for content: Content
  ) -> FormatProblem {
    let found: String
    var advice = ""
    if let known = Content(rawValue: magic) {
      found = "an IDX file of \(known)"
    } else if let (type, axes) = kind(ofMagic: magic) {
      let lengths = (try? source.bytes(4 * axes)).map { header in
        (0..<axes).map { "\(header.bigEndian(at: 4 * $0, as: UInt32.self))" }
      }
      let shape = lengths.map { ", of shape [\($0.joined(separator: ", "))]" } ?? ""
      found = "an IDX file of \(type) along \(axes) \(axes == 1 ? "axis" : "axes")\(shape)"
      if content == .labels, axes == 2, lengths?.last == "8" {
        advice = "; in QMNIST's extended labels, the first of the 8 columns is the class"
      }
    } else {
      let start = (0..<4).map { UInt8(truncatingIfNeeded: magic >> (24 - 8 * $0)) }
      var rest = [UInt8](repeating: 0, count: 60)
      let count = (try? rest.withUnsafeMutableBytes { try source.read(into: $0) }) ?? 0
      let content = ForeignContent(start: start + rest[..<count], orText: false)
      found = content?.what ?? "neither gzip nor IDX"
    }
    return .malformed(
      "it is \(found) (it starts with \(hexadecimal(magic))); expected an IDX file of \(content) "
        + "(\(hexadecimal(content.rawValue)))\(advice)")
  }

  private static func hexadecimal(_ magic: UInt32) -> String {
    let digits = String(magic, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
