import Tensors

/// What can be wrong with a file as such, whatever is in it.
public enum FileError: Error, Equatable, Sendable {
  /// There is no such file.
  case missing(file: String)
  /// The file is there, but the system does not let it be read.
  case unreadable(file: String, reason: String)
  /// There is a file already, and nobody said that it may be replaced.
  case exists(file: String)
  /// The system does not let the file be written.
  case unwritable(file: String, reason: String)
}

extension FileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let file): "'\(file.visible)' does not exist"
    case .unreadable(let file, let reason): "'\(file.visible)' cannot be read: \(reason)"
    case .exists(let file): "'\(file.visible)' exists already and is not replaced"
    case .unwritable(let file, let reason): "'\(file.visible)' cannot be written: \(reason)"
    }
  }
}
