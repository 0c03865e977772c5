package import Foundation

/// Files that are written whole or not at all.
///
/// The content goes to a temporary file in the same folder, which takes the file's name when it is
/// complete. Meanwhile a reader of that name sees the old content or none.
package enum AtomicFile {
  /// The temporary file, open for writing.
  struct Output {
    fileprivate let path: String
    fileprivate let descriptor: Int32

    func write(_ bytes: UnsafeRawBufferPointer) throws {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Foundation.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count > 0 {
          rest = rest.dropFirst(count)
        } else if errno != EINTR {
          throw FileError.unwritable(file: path, reason: FileError.systemReason)
        }
      }
    }

    func write(_ bytes: [UInt8]) throws {
      try bytes.withUnsafeBytes { try write($0) }
    }
  }

  /// Writes `content` to the file at `path`.
  ///
  /// - Parameters:
  ///   - content: The bytes, for example `Data` or `[UInt8]`.
  ///   - path: A path in a folder that exists.
  ///   - overwriting: Whether an existing file may be replaced.
  /// - Throws: ``FileError``.
  package static func write(
    _ content: some ContiguousBytes, to path: String, overwriting: Bool = false
  ) throws {
    try write(to: path, overwriting: overwriting) { output in
      try content.withUnsafeBytes { try output.write($0) }
    }
  }

  /// Writes `text` to the file at `path`.
  ///
  /// - Parameters:
  ///   - text: The text, which is written in UTF-8.
  ///   - path: A path in a folder that exists.
  ///   - overwriting: Whether an existing file may be replaced.
  /// - Throws: ``FileError``.
  package static func write(_ text: String, to path: String, overwriting: Bool = false) throws {
    try write(Array(text.utf8), to: path, overwriting: overwriting)
  }

  /// Calls `body` to write the file at `path`, which appears only if `body` does not throw.
  ///
  /// If `previous` is given, a file that is replaced takes that name.
  static func write(
    to path: String, overwriting: Bool, keeping previous: String? = nil,
    _ body: (Output) throws -> Void
  ) throws {
    // This fails before the work is done. The check is repeated, for certain, when the file takes
    // its name.
    try checkOutput(path, overwriting: overwriting)
    let folder = (path as NSString).deletingLastPathComponent
    let name = ".\(String(UInt64.random(in: 0 ... .max), radix: 36)).partial"
    let temporary = (folder as NSString).appendingPathComponent(name)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw FileError.unwritable(
        file: path, reason: "in its folder, \(FileError.systemReason)")
    }
    defer { unlink(temporary) }
    do {
      defer { close(descriptor) }
      try body(Output(path: path, descriptor: descriptor))
      // The name must not reach the disk before the content does.
      guard fsync(descriptor) == 0 else {
        throw FileError.unwritable(file: path, reason: FileError.systemReason)
      }
    }
    if let previous, rename(path, previous) != 0, errno != ENOENT {
      throw FileError.unwritable(file: previous, reason: FileError.systemReason)
    }
    try publish(temporary, as: path, overwriting: overwriting)
    synchronize(folder: folder)
  }

  /// Checks, before there is anything to write, whether a file at `path` could be written.
  ///
  /// - Throws: ``FileError``.
  package static func checkOutput(_ path: String, overwriting: Bool) throws {
    if !overwriting, access(path, F_OK) == 0 { throw FileError.exists(file: path) }
    let folder = (path as NSString).deletingLastPathComponent
    guard access(folder.isEmpty ? "." : folder, W_OK) == 0 else {
      throw FileError.unwritable(
        file: path,
        reason: errno == ENOENT
          ? "there is no folder '\(folder)'" : "in its folder, \(FileError.systemReason)")
    }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw FileError.unwritable(file: path, reason: "it is a folder")
    }
  }

  /// Removes the temporary files that killed processes left in a folder.
  package static func removePartialFiles(in folder: String) throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.wholeMatch(of: /\.[0-9a-z]+\.partial/) != nil {
      let path = (folder as NSString).appendingPathComponent(name)
      guard unlink(path) == 0 || errno == ENOENT else {
        throw FileError.unwritable(file: path, reason: FileError.systemReason)
      }
    }
  }

  /// Has the folder's names written to the disk, if its file system can.
  private static func synchronize(folder: String) {
    let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Gives the complete file its name.
  private static func publish(
    _ temporary: String, as path: String, overwriting: Bool
  ) throws {
    if !overwriting {
      // Unlike a renaming, a link never replaces a file. Not every file system has links.
      if link(temporary, path) == 0 { return }
      if errno == EEXIST { throw FileError.exists(file: path) }
    }
    guard rename(temporary, path) == 0 else {
      throw FileError.unwritable(file: path, reason: FileError.systemReason)
    }
  }
}
