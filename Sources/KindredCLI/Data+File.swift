import Foundation
import TensorFiles

extension Data {
  /// The content of a file. Throws ``FileError`` where there is none or it cannot be read.
  init(file path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { throw FileError.missing(file: path) }
    do {
      self = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw FileError.unreadable(file: path, reason: error.localizedDescription)
    }
  }
}
