import Distillation
import Tensors

/// A problem with a data set.
public enum DataSetError: Error, Equatable, Sendable {
  /// The data set's files are in none of these folders; `advice` says how to get them.
  case notFound(name: String, folders: [String], advice: String)
  /// A file of the data set is malformed.
  case malformed(file: String, problem: String)
  /// More images were asked for than the data set has.
  case tooFewImages(name: String, asked: Int, available: Int)
  /// There is no data set of this name.
  case unknown(String, available: [String])
}

extension DataSetError: CustomStringConvertible {
  /// The error as a message.
  public var description: String {
    switch self {
    case .notFound(let name, let folders, let advice):
      """
      \(name) was not found in \(folders.map { "'\($0)'" }.joined(separator: ", ")); \(advice)
      """
    case .unknown(let name, let available):
      """
      no data set '\(name.visible)'\(suggestion(for: name, in: available)); \
      choose from \(available.joined(separator: ", "))
      """
    case .malformed(let file, let problem): "'\(file)': \(problem)"
    case .tooFewImages(let name, let asked, let available):
      "\(asked) images of \(name) were asked for, but there are only \(available)"
    }
  }
}
