package import Tensors

/// The rows of an array of floating-point numbers, which are read when they are asked for.
///
/// Rows that are compressed, or stand in another order in the file, are held in memory.
package struct StoredRows: Sendable {
  /// The length of each axis; the first is the number of rows.
  package let shape: [Int]
  /// The type as the file writes it: `dtype '<f2'`.
  package let typeName: String
  /// Whether all rows are held in memory.
  package var isHeld: Bool { if case .memory = place { true } else { false } }

  private let place: Place

  private enum Place: Sendable {
    case file(PlainElements, ElementType, isBigEndian: Bool)
    case memory(Tensor)
  }

  /// The number of numbers in a row.
  package var width: Int { shape.dropFirst().reduce(1, *) }

  /// Rows that stand in the file as they are needed.
  init(_ array: StoredArray, _ elements: PlainElements, _ type: ElementType) {
    (shape, typeName) = (array.shape, array.typeName)
    place = .file(elements, type, isBigEndian: array.isBigEndian)
  }

  /// Rows that are held.
  init(_ array: StoredArray, held tensor: Tensor) {
    (shape, typeName, place) = (array.shape, array.typeName, .memory(tensor))
  }
}

extension StoredRows {
  /// Writes rows that follow one another, rounded to Float32.
  ///
  /// A finite number beyond Float32 becomes infinite.
  ///
  /// - Throws: ``FileError`` if the file can no longer be read.
  package func read(
    _ rows: Range<Int>, into numbers: UnsafeMutableBufferPointer<Float>
  ) throws {
    let count = rows.count * width
    switch place {
    case .memory(let tensor):
      tensor.withUnsafeBufferPointer {
        _ = numbers.update(fromContentsOf: $0[rows.lowerBound * width..<rows.upperBound * width])
      }
    case .file(let elements, let type, let isBigEndian):
      let bytes = UnsafeMutableRawBufferPointer.allocate(
        byteCount: count * type.size, alignment: 64)
      defer { bytes.deallocate() }
      try elements.read(at: rows.lowerBound * width * type.size, into: bytes)
      if isBigEndian { bytes.reverse(unitsOf: type.unitSize) }
      _ = type.convert(
        UnsafeRawBufferPointer(bytes), to: UnsafeMutableBufferPointer(rebasing: numbers[..<count]))
    }
  }

  /// A tensor of the rows at these places, in this order.
  ///
  /// - Parameters:
  ///   - rows: The places, counted from 0.
  ///   - other: An array with rows of the same shape, and for each place whether its row is taken from there.
  /// - Returns: The rows, as many as places.
  /// - Throws: The errors of ``read(_:into:)``.
  package func gathered(
    _ rows: [Int], or other: (array: StoredRows, isTaken: [Bool])? = nil
  ) throws -> Tensor {
    try Tensor(shape: [rows.count] + shape.dropFirst()) { numbers in
      for (place, row) in rows.enumerated() {
        let source = other.flatMap { $0.isTaken[place] ? $0.array : nil } ?? self
        try source.read(
          row..<row + 1,
          into: UnsafeMutableBufferPointer(
            rebasing: numbers[place * width..<(place + 1) * width]))
      }
    }
  }
}

extension TensorFile {
  /// The rows of an array of floating-point numbers. The checksum of the array, if the file has one, is
  /// compared.
  ///
  /// - Throws: The errors of ``tensor(_:)``, also if the array has no axis or holds other numbers.
  package func rows(_ name: String) throws -> StoredRows {
    try opening(name) { array, elements in
      let type = try array.checkedType(elementSize: 0)
      guard type.isFloatingPoint else {
        throw FormatProblem.unsupported(
          found: "whole numbers, \(array.typeName)", possible: "floating-point numbers")
      }
      guard !array.shape.isEmpty else {
        throw FormatProblem.unsupported(
          found: "one number without an axis", possible: "a row for each example")
      }
      guard !array.isTransposed, let section = elements.section else {
        let tensor = try array.tensor(from: &elements)
        try elements.finish()
        return StoredRows(array, held: tensor)
      }
      // A file without checksums has none to compare.
      if !(elements is FileSection) { try elements.skipAll() }
      return StoredRows(array, PlainElements(section), type)
    }
  }

  /// The shape and the type of an array, as the file writes them. Nothing else of it is read.
  ///
  /// - Throws: The errors of ``tensor(_:)``, except for those of the array's type.
  package func outline(_ name: String) throws -> (shape: [Int], typeName: String) {
    try opening(name) { array, _ in (array.shape, array.typeName) }
  }

  /// Reads an array of whole numbers of any type.
  ///
  /// - Throws: The errors of ``tensor(_:)``, also if the array holds other numbers.
  package func wholeNumbers(_ name: String) throws -> (shape: [Int], numbers: [Int]) {
    let stored = try values(name)
    let numbers = try stored.values.enumerated().map { index, value in
      guard case .whole(let number) = value else {
        throw TensorFileError.unsupported(
          file: path, tensor: name, found: "\(value) at \(index)", possible: "whole numbers")
      }
      return number
    }
    return (stored.shape, numbers)
  }
}
