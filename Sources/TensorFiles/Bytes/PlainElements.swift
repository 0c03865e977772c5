/// Bytes that stand in a file as they are needed, and are read when they are asked for.
package struct PlainElements: Sendable {
  private let file: InputFile
  private let range: Range<Int>

  init(_ section: FileSection) { (file, range) = (section.file, section.rest) }

  /// The path of the file.
  package var path: String { file.path }

  /// The number of bytes.
  package var count: Int { range.count }

  /// The bytes from an offset on.
  package func suffix(from offset: Int) -> PlainElements {
    PlainElements(FileSection(file, range.dropFirst(offset)))
  }

  /// Fills `buffer` with the bytes from an offset on.
  ///
  /// - Throws: ``FileError`` if the system cannot read them, or the file has become shorter.
  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    let count = try file.read(at: range.lowerBound + offset, into: buffer)
    guard count == buffer.count else {
      throw FileError.unreadable(file: path, reason: "it has become shorter since it was opened")
    }
  }

  /// All bytes of a file.
  ///
  /// - Throws: ``FileError``.
  package init(file path: String) throws {
    let file = try InputFile(path)
    self.init(FileSection(file, 0..<file.size))
  }
}
