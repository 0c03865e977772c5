import Foundation
public import Tensors

/// A file of named arrays: `.npy`, `.npz` or `.safetensors`.
///
///     let activations = try TensorFile("teacher.npz")
///     let embedding = try activations.tensor("embedding")
///
/// Only the arrays that are asked for are read, so that names, masks or objects beside them do not
/// matter. Read are whole numbers, floating-point numbers of up to 64 bits, and `bool`, in any byte
/// order and in C or Fortran order. As a ``Tensors/Tensor``, floating-point numbers are rounded to
/// Float32, and whole numbers must be those of Float32. Written are Float32.
public struct TensorFile {
  /// The name of the only array in an `.npy` file, which has none.
  public static let unnamed = NumPyFile.unnamed

  public let path: String
  private let arrays: any ArrayContainer

  /// Opens a file. Its content says the format, and its name only if the content does not.
  ///
  /// - Throws: ``FileError`` where the file cannot be read, ``TensorFileError`` where its content
  ///   is not what it should be.
  public init(_ path: String) throws {
    self.path = path
    let file = try InputFile(path)
    do {
      arrays = try FileFormat.arrays(in: file)
    } catch let problem as FormatProblem {
      throw TensorFileError(problem, file: path)
    }
  }

  /// The names of the arrays, in the order of the file.
  public var names: [String] { arrays.names }

  public func contains(_ name: String) -> Bool { arrays.contains(name) }

  /// Whether there is one array, which has no name, as in an `.npy` file.
  public var holdsOneUnnamedArray: Bool { contains(Self.unnamed) && names.count == 1 }

  /// What a `.safetensors` file says besides; empty for the other formats, which say nothing.
  public var metadata: [String: String] { arrays.metadata }

  /// The array of this name.
  ///
  /// - Throws: ``TensorFileError`` where there is none, or where it does not hold numbers of
  ///   Float32.
  public func tensor(_ name: String) throws -> Tensor {
    try opening(name) { array, elements in
      let tensor = try array.tensor(from: &elements)
      try elements.finish()
      return tensor
    }
  }

  /// The array of this name, exactly as it is stored, in any whole or floating-point type, or in one
  /// of text.
  ///
  /// - Throws: As ``tensor(_:)``.
  public func values(_ name: String) throws -> StoredValues {
    try opening(name) { array, elements in
      let values = try array.values(from: &elements)
      try elements.finish()
      return values
    }
  }

  /// The shape of the array of this name if it holds floating-point numbers, which a loss may have a
  /// gradient at.
  ///
  /// - Throws: As ``tensor(_:)``.
  public func floatingPointShape(_ name: String) throws -> [Int]? {
    try opening(name) { array, _ in
      guard case .success(let type) = array.type, type.isFloatingPoint else { return nil }
      _ = try array.checkedType(elementSize: MemoryLayout<Float>.size)
      return array.shape
    }
  }

  private func opening<Result>(
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

  /// All arrays in a file, by name; the array of an `.npy` file by ``unnamed``.
  ///
  /// - Throws: As ``init(_:)`` and ``tensor(_:)``.
  public static func read(_ path: String) throws -> [String: Tensor] {
    let file = try TensorFile(path)
    return try Dictionary(
      uniqueKeysWithValues: file.names.map { ($0, try file.tensor($0)) })
  }

  /// The metadata of a `.safetensors` file, without its tensors; empty for the other formats,
  /// which have none.
  ///
  /// - Throws: As ``init(_:)``.
  public static func metadata(of path: String) throws -> [String: String] {
    try TensorFile(path).metadata
  }
}
