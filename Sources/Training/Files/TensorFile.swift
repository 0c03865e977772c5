import Foundation
public import Tensors

/// Files of named arrays: `.npy`, `.npz` and `.safetensors`.
///
///     let activations = try TensorFile.read("teacher.npz")
///     let embedding = activations["embedding"]
///
/// Read are numbers of 16, 32 and 64 bits, floating-point or (32 and 64 bits) whole, and bytes, all
/// rounded to Float32, in which whole numbers are exact up to 2²⁴; little-endian, in C order.
/// Written are Float32.
public enum TensorFile {
  /// The name of the only array in an `.npy` file, which has none.
  public static let unnamed = ""

  /// The formats, by their names' extensions.
  private enum Format: String, CaseIterable {
    case npy, npz, safetensors

    /// The format that the file's name says.
    init?(extensionOf path: String) {
      self.init(rawValue: (path as NSString).pathExtension.lowercased())
    }

    /// The format that the file starts like.
    init?(contentOf file: InputFile) throws {
      let start = try file.bytes(0..<9)
      if start.starts(with: NumPyFormat.magic) {
        self = .npy
      } else if start.starts(with: ZipArchive.magic) || start.starts(with: ZipArchive.emptyMagic) {
        self = .npz
      } else if start.count == 9, start[8] == UInt8(ascii: "{") {
        self = .safetensors
      } else {
        return nil
      }
    }

    static let list = allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
  }

  /// The arrays in a file, by name; the array of an `.npy` file by ``unnamed``.
  ///
  /// The name's extension says the format; where it says none of the three, the content does.
  ///
  /// - Throws: ``FileError`` where the file cannot be read, ``TensorFileError`` where its content
  ///   is not what it should be.
  public static func read(_ path: String) throws -> [String: Tensor] {
    try reading(path) { file, format in
      switch format {
      case .npy:
        var source = FileSection(file, 0..<file.size)
        return [unnamed: try NumPyFormat.tensor(from: &source, size: file.size)]
      case .npz: return try NumPyArchiveFormat.tensors(in: file)
      case .safetensors: return try SafeTensorsFormat.tensors(in: file)
      }
    }
  }

  /// The metadata of a `.safetensors` file, without its tensors; empty for the other formats,
  /// which have none.
  ///
  /// - Throws: As ``read(_:)``.
  public static func metadata(of path: String) throws -> [String: String] {
    try reading(path) { file, format in
      format == .safetensors ? try SafeTensorsFormat.metadata(in: file) : [:]
    }
  }

  private static func reading<Result>(
    _ path: String, _ body: (InputFile, Format) throws -> Result
  ) throws -> Result {
    let file = try InputFile(path)
    do {
      let content = try Format(contentOf: file)
      guard let format = Format(extensionOf: path) ?? content else {
        throw FormatProblem.unsupported(found: "an unknown format", possible: Format.list)
      }
      if let content, content != format {
        throw FormatProblem.malformed("its content is .\(content), unlike its name")
      }
      return try body(file, format)
    } catch let problem as FormatProblem {
      throw TensorFileError(problem, file: path)
    }
  }

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
    do {
      guard let format = Format(extensionOf: path) else {
        throw FormatProblem.unsupported(
          found: "extension '\((path as NSString).pathExtension)'", possible: Format.list)
      }
      guard metadata.isEmpty || format == .safetensors else {
        throw FormatProblem.unsupported(
          found: "metadata in .\(format.rawValue)", possible: "metadata in .safetensors")
      }
      if format == .npy, tensors.count != 1 {
        throw FormatProblem.unsupported(
          found: "\(tensors.count) arrays for .npy", possible: "one, or any number in .npz")
      }
      try AtomicFile.write(to: path, overwriting: overwriting) { output in
        switch format {
        case .npy: for tensor in tensors.values { try NumPyFormat.write(tensor, to: output) }
        case .npz: try NumPyArchiveFormat.write(tensors, to: output)
        case .safetensors:
          try SafeTensorsFormat.write(tensors, metadata: metadata, to: output)
        }
      }
    } catch let problem as FormatProblem {
      throw TensorFileError(problem, file: path)
    }
  }
}
