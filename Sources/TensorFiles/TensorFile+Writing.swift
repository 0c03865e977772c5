import Foundation
public import Tensors

extension TensorFile {
  /// Writes arrays to a file, whole or not at all, in the format that its extension says.
  ///
  /// Equal arrays make equal files.
  ///
  /// - Parameters:
  ///   - tensors: By name. An `.npy` file takes one, and drops its name.
  ///   - path: In a folder that exists.
  ///   - metadata: What a `.safetensors` file is to say besides; the other formats take none.
  ///   - overwriting: Whether a file that is there already is replaced.
  /// - Throws: ``FileError`` where the file cannot be written, ``TensorFileError`` where the format
  ///   does not hold what is given.
  public static func write(
    _ tensors: [String: Tensor], to path: String, metadata: [String: String] = [:],
    overwriting: Bool = false
  ) throws {
    try write(tensors, to: path, metadata: metadata, overwriting: overwriting, keeping: nil)
  }

  /// The same, where a file that is replaced takes the name `previous`.
  package static func write(
    _ tensors: [String: Tensor], to path: String, metadata: [String: String], overwriting: Bool,
    keeping previous: String?
  ) throws {
    do {
      let format = try format(ofOutput: path, arrayCount: tensors.count)
      guard metadata.isEmpty || format == .safetensors else {
        throw FormatProblem.unsupported(
          found: "metadata in .\(format.rawValue)", possible: "metadata in .safetensors")
      }
      try AtomicFile.write(to: path, overwriting: overwriting, keeping: previous) { output in
        switch format {
        case .npy: for tensor in tensors.values { try NumPyFormat.write(tensor, to: output) }
        case .npz: try NumPyArchive.write(tensors, to: output)
        case .safetensors: try SafeTensorsFile.write(tensors, metadata: metadata, to: output)
        }
      }
    } catch let problem as FormatProblem {
      throw TensorFileError(problem, file: path)
    }
  }

  /// Checks, before there is anything to write, what ``write(_:to:metadata:overwriting:)`` would
  /// refuse: an extension of no format, a folder that is not there, a file that is.
  ///
  /// - Parameters:
  ///   - path: Where arrays are to be written.
  ///   - arrayCount: How many, where that is known.
  ///   - overwriting: Whether a file that is there already will be replaced.
  /// - Throws: As ``write(_:to:metadata:overwriting:)``.
  public static func checkOutput(
    _ path: String, arrayCount: Int? = nil, overwriting: Bool = false
  ) throws {
    do {
      _ = try format(ofOutput: path, arrayCount: arrayCount)
    } catch let problem as FormatProblem {
      throw TensorFileError(problem, file: path)
    }
    try AtomicFile.checkOutput(path, overwriting: overwriting)
  }

  private static func format(ofOutput path: String, arrayCount: Int?) throws -> FileFormat {
    guard let format = FileFormat(extensionOf: path) else {
      throw FormatProblem.unsupported(
        found: "extension '\((path as NSString).pathExtension)'", possible: FileFormat.list)
    }
    if format == .npy, let arrayCount, arrayCount != 1 {
      throw FormatProblem.unsupported(
        found: "\(arrayCount) arrays for .npy", possible: "one, or any number in .npz")
    }
    return format
  }
}
