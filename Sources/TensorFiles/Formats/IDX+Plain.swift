extension IDX {
  /// The shape of the images in a file that is not compressed, and their pixels where they stand;
  /// `nil` if it is compressed, or is no file of images, which ``images(in:)`` tells.
  ///
  /// - Throws: ``FileError``, or ``TensorFileError`` if the file does not hold exactly the images
  ///   that it claims.
  package static func plainImages(
    in path: String
  ) throws -> (shape: [Int], pixels: PlainElements)? {
    try opening(path) { source, fileSize, expansion in
      guard expansion == 1, fileSize >= 16 else { return nil }
      let header = try source.bytes(16)
      guard header.bigEndian(at: 0, as: UInt32.self) == 0x0803 else { return nil }
      let shape = (1...3).map { Int(header.bigEndian(at: 4 * $0, as: UInt32.self)) }
      guard shape.checkedProduct == fileSize - 16, let section = source.section else { return nil }
      return (shape, PlainElements(section))
    }
  }

  /// The classes in a file of labels: whole numbers of any type along one axis, or QMNIST's 8
  /// columns, of which the first is the class.
  ///
  /// - Throws: ``FileError``, or ``TensorFileError`` if the file does not hold exactly the labels
  ///   that it claims.
  package static func classes(in path: String) throws -> [Int] {
    let columns = try opening(path) { source, fileSize, expansion -> [Int]? in
      guard fileSize >= 12 else { return nil }
      let header = try source.bytes(12)
      // Int32 along two axes.
      guard header.bigEndian(at: 0, as: UInt32.self) == 0x0C02,
        header.bigEndian(at: 8, as: UInt32.self) == 8
      else { return nil }
      let count = Int(header.bigEndian(at: 4, as: UInt32.self))
      guard count <= fileSize * expansion / 32 else {
        throw FormatProblem.malformed(
          "it claims \(count) labels, more than a file of \(fileSize) bytes can hold")
      }
      let bytes = try source.bytes(32 * count)
      try source.expectEnd()
      return (0..<count).map { Int(bytes.bigEndian(at: 32 * $0, as: Int32.self)) }
    }
    return try columns ?? wholeLabels(in: path)
  }
}
