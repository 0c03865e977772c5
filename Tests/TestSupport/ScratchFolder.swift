import Foundation

/// A folder for one test, removed with everything in it when the test ends.
public final class ScratchFolder {
  /// The path of the folder.
  public let path = NSTemporaryDirectory() + "kindred-" + UUID().uuidString

  /// Makes a new folder among the system's temporary files.
  ///
  /// - Throws: The error of the file manager if the folder cannot be made.
  public init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file of this name in the folder.
  public func path(_ name: String) -> String { path + "/" + name }

  /// Writes a new file with this content, and returns its path.
  public func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  /// The names of the files in the folder, sorted.
  public var contents: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }
}
