/// A problem with the content of an `.npy`, `.npz`, `.safetensors` or IDX file.
public enum TensorFileError: Error, Equatable, Sendable {
  /// The content contradicts itself or the format: truncated, overlapping, garbage.
  case malformed(file: String, tensor: String?, problem: String)
  /// The content is sound, but of a kind that is not read or written here.
  case unsupported(file: String, tensor: String?, found: String, possible: String)

  init(_ problem: FormatProblem, file: String, tensor: String? = nil) {
    switch problem {
    case .malformed(let problem):
      self = .malformed(file: file, tensor: tensor, problem: problem)
    case .unsupported(let found, let possible):
      self = .unsupported(file: file, tensor: tensor, found: found, possible: possible)
    }
  }
}

extension TensorFileError: CustomStringConvertible {
  /// The error as a message that names the file and, if there is one, the tensor.
  public var description: String {
    switch self {
    case .malformed(let file, let tensor, let problem):
      "\(Self.place(file, tensor)): \(problem)"
    case .unsupported(let file, let tensor, let found, let possible):
      "\(Self.place(file, tensor)): found \(found); possible: \(possible)"
    }
  }

  private static func place(_ file: String, _ tensor: String?) -> String {
    tensor.map { "'\(file)', tensor '\($0)'" } ?? "'\(file)'"
  }
}
