import Foundation
public import Tensors

extension TensorFile {
  /// Writes arrays to a file in the format of the path's extension. The file is written whole or
  /// not at all.
  ///
  /// Equal arrays make equal files.
  ///
  /// - Parameters:
  ///   - tensors: The arrays by name. An `.npy` file takes one array and drops its name.
  ///   - path: A path in a folder that exists.
  ///   - metadata: Texts by key that a `.safetensors` file stores beside its tensors. The other
  ///     formats take none.
  ///   - overwriting: Whether an existing file may be replaced.
  /// - Throws: ``FileError`` if the file cannot be written, and ``TensorFileError`` if the format
  ///   does not hold what is given.
  public static func write(
    _ tensors: [String: Tensor], to path: String, metadata: [String: String] = [:],
    overwriting: Bool = false
  ) throws {
    try write(tensors, to: path, metadata: metadata, overwriting: overwriting, keeping: nil)
  }

  /// Writes arrays as the public function does, and gives a file that is replaced the name
  /// `previous`.
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

  /// Writes arrays of Float32, and lists of whole numbers as arrays of Int64, to an `.npz` file.
  ///
  /// - Throws: ``FileError`` if the file cannot be written.
  package static func writeArchive(
    _ tensors: [String: Tensor], wholes: [String: [Int]], to path: String, overwriting: Bool = false
  ) throws {
    try AtomicFile.write(to: path, overwriting: overwriting) {
      try NumPyArchive.write(tensors, wholes: wholes, to: $0)
    }
  }

  /// Checks, before there is anything to write, what ``write(_:to:metadata:overwriting:)`` would
  /// refuse: an extension of no format, a missing folder, an existing file.
  ///
  /// - Parameters:
  ///   - path: The path that arrays are to be written to.
  ///   - arrayCount: The number of arrays, or `nil` if it is not known yet.
  ///   - overwriting: Whether an existing file may be replaced.
  /// - Throws: The errors of ``write(_:to:metadata:overwriting:)``.
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
