import Tensors

/// A problem with a file as such, whatever its content.
public enum FileError: Error, Equatable, Sendable {
  /// There is no such file.
  case missing(file: String)
  /// The file is there, but the system does not let it be read.
  case unreadable(file: String, reason: String)
  /// The file exists already, and the caller did not allow replacing it.
  case exists(file: String)
  /// The system does not let the file be written.
  case unwritable(file: String, reason: String)
}

extension FileError: CustomStringConvertible {
  /// The error as a message that names the file.
  public var description: String {
    switch self {
    case .missing(let file): "'\(file.visible)' does not exist"
    case .unreadable(let file, let reason): "'\(file.visible)' cannot be read: \(reason)"
    case .exists(let file): "'\(file.visible)' exists already and is not replaced"
    case .unwritable(let file, let reason): "'\(file.visible)' cannot be written: \(reason)"
    }
  }
}
