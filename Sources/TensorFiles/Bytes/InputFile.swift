import Foundation

/// A file open for reading at any place.
///
/// This is a class because it closes the descriptor that it owns. The file is not mapped into
/// memory: if another program shortens a mapped file, the process that reads it is killed.
final class InputFile: Sendable {
  let path: String
  /// The length in bytes, when the file was opened.
  let size: Int
  private let descriptor: Int32

  /// Opens the file at `path`.
  ///
  /// - Throws: ``FileError`` if there is none, or if it is not a regular file that can be read.
  init(_ path: String) throws {
    // Without O_NONBLOCK, opening a named pipe would wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw errno == ENOENT || errno == ENOTDIR
        ? FileError.missing(file: path)
        : FileError.unreadable(file: path, reason: FileError.systemReason)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError.unreadable(
        file: path,
        reason: status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is not a regular file")
    }
    self.path = path
    self.size = Int(status.st_size)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Reads the file from `offset` until `buffer` is full or the file ends, and returns the number
  /// of bytes.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var count = 0
    while count < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
      let read = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + count))
      if read == 0 { break }
      if read > 0 {
        count += read
      } else if errno != EINTR {
        throw FileError.unreadable(file: path, reason: FileError.systemReason)
      }
    }
    return count
  }

  /// The bytes of `range`, as far as the file has them.
  func bytes(_ range: Range<Int>) throws -> [UInt8] {
    let range = range.clamped(to: 0..<size)
    return try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      count = try read(at: range.lowerBound, into: UnsafeMutableRawBufferPointer(buffer))
    }
  }
}

/// A part of a file.
struct FileSection: ByteSource {
  var section: FileSection? { self }

  let file: InputFile
  private(set) var rest: Range<Int>

  init(_ file: InputFile, _ range: Range<Int>) {
    self.file = file
    self.rest = range
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(rest.count))
    let count = try file.read(at: rest.lowerBound, into: wanted)
    rest = rest.dropFirst(count)
    return count
  }
}

extension FileError {
  /// The system's message about the call that just failed.
  package static var systemReason: String { String(cString: strerror(errno)) }
}
