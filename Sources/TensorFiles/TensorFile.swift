import Foundation
public import Tensors

/// A file of named arrays: `.npy`, `.npz` or `.safetensors`.
///
///     let activations = try TensorFile("teacher.npz")
///     let embedding = try activations.tensor("embedding")
///
/// An array is read when it is asked for, so names, masks or objects beside it do not matter. The
/// types read are whole numbers, floating-point numbers of up to 64 bits, and `bool`, in any byte
/// order and in C or Fortran order. In a `Tensor`, floating-point numbers are rounded to
/// Float32, and a whole number that Float32 does not hold is an error. Files are written in
/// Float32.
public struct TensorFile {
  /// The name under which the only array of an `.npy` file is found: the empty text, because the
  /// array has no name.
  public static let unnamed = NumPyFile.unnamed

  /// The path that the file was opened with.
  public let path: String
  private let arrays: any ArrayContainer

  /// Opens a file. The content decides the format, and the extension only if the content does not.
  ///
  /// - Throws: ``FileError`` if the file cannot be read, and ``TensorFileError`` if its content is
  ///   malformed or of an unsupported kind.
  public init(_ path: String) throws {
    self.path = path
    let file = try InputFile(path)
    do {
      arrays = try FileFormat.arrays(in: file)
    } catch let problem as FormatProblem {
      throw TensorFileError(problem, file: path)
    }
  }

  /// The names of the arrays, in the order of the file, each once.
  public var names: [String] { arrays.names }

  /// Whether the file has an array of this name.
  public func contains(_ name: String) -> Bool { arrays.contains(name) }

  /// Whether the file holds one array without a name, as an `.npy` file does.
  public var holdsOneUnnamedArray: Bool { contains(Self.unnamed) && names.count == 1 }

  /// The texts that a `.safetensors` file stores beside its tensors, by key. They are empty for the
  /// other formats, which have none.
  public var metadata: [String: String] { arrays.metadata }

  /// Reads the array of this name, rounded to Float32.
  ///
  /// - Throws: ``TensorFileError`` if there is none, or if it does not hold numbers of Float32;
  ///   ``FileError`` if the file cannot be read.
  public func tensor(_ name: String) throws -> Tensor {
    try opening(name) { array, elements in
      let tensor = try array.tensor(from: &elements)
      try elements.finish()
      return tensor
    }
  }

  /// Reads the array of this name exactly as it is stored, in any whole or floating-point type, or
  /// as text.
  ///
  /// - Throws: The errors of ``tensor(_:)``.
  public func values(_ name: String) throws -> StoredValues {
    try opening(name) { array, elements in
      let values = try array.values(from: &elements)
      try elements.finish()
      return values
    }
  }

  /// The shape of the array of this name if it holds floating-point numbers, for which a loss may
  /// have a gradient; `nil` for any other type.
  ///
  /// - Throws: The errors of ``tensor(_:)``.
  public func floatingPointShape(_ name: String) throws -> [Int]? {
    try opening(name) { array, _ in
      guard case .success(let type) = array.type, type.isFloatingPoint else { return nil }
      _ = try array.checkedType(elementSize: MemoryLayout<Float>.size)
      return array.shape
    }
  }

  func opening<Result>(
    _ name: String, _ body: (StoredArray, inout any ByteSource) throws -> Result
  ) throws -> Result {
    guard contains(name) else {
      let names = names.sorted().map { "'\($0)'" }.joined(separator: ", ")
      throw TensorFileError.unsupported(
        file: path, tensor: nil, found: "no array '\(name)'",
        possible: names.isEmpty ? "nothing" : names)
    }
    do {
      var (array, elements) = try arrays.open(name)
      return try body(array, &elements)
    } catch let problem as FormatProblem {
      throw TensorFileError(problem, file: path, tensor: name == Self.unnamed ? nil : name)
    }
  }

  /// Reads all arrays in a file, by name. The array of an `.npy` file has the name ``unnamed``.
  ///
  /// - Throws: The errors of ``init(_:)`` and ``tensor(_:)``.
  public static func read(_ path: String) throws -> [String: Tensor] {
    let file = try TensorFile(path)
    return try Dictionary(
      uniqueKeysWithValues: file.names.map { ($0, try file.tensor($0)) })
  }

  /// The metadata of a `.safetensors` file, read without its tensors. They are empty for the other
  /// formats, which have none.
  ///
  /// - Throws: The errors of ``init(_:)``.
  public static func metadata(of path: String) throws -> [String: String] {
    try TensorFile(path).metadata
  }
}
