/// The numbers that an array holds.
package enum NumberKind: Sendable {
  /// Whole numbers from 0 to 255, one byte each.
  case bytes
  /// Other whole numbers, or truth values.
  case whole
  /// Floating-point numbers.
  case real
}

extension TensorFile {
  /// The shape and the kind of an array of numbers, which is not read.
  ///
  /// - Throws: The errors of ``tensor(_:)``.
  package func header(_ name: String) throws -> (shape: [Int], kind: NumberKind) {
    try opening(name) { array, _ in
      let type = try array.checkedType(elementSize: 0)
      guard !type.isText else { throw UnreadType.text.problem(array.typeName) }
      return (array.shape, type == .uint8 ? .bytes : type.isFloatingPoint ? .real : .whole)
    }
  }

  /// The elements of an array of bytes or of Float32 as they stand in the file; `nil` if they are
  /// compressed or in another order. Their checksum, if the file has one, is compared.
  ///
  /// - Throws: The errors of ``tensor(_:)``.
  package func plainElements(_ name: String) throws -> PlainElements? {
    try opening(name) { array, elements in
      let type = try array.checkedType(elementSize: 0)
      guard type == .uint8 || type == .float32 && !array.isBigEndian, !array.isTransposed,
        let section = elements.section
      else { return nil }
      try elements.skipAll()
      return PlainElements(section)
    }
  }

  /// Reads an array of bytes.
  ///
  /// - Throws: The errors of ``tensor(_:)``.
  package func bytes(_ name: String) throws -> [UInt8] {
    try opening(name) { array, elements in
      let type = try array.checkedType(elementSize: 1)
      guard type == .uint8 else {
        throw FormatProblem.unsupported(found: array.typeName, possible: "uint8")
      }
      try array.checkRowMajor()
      let bytes = try [UInt8](unsafeUninitializedCapacity: array.byteCount) { buffer, count in
        try elements.fill(
          UnsafeMutableRawBufferPointer(
            rebasing: UnsafeMutableRawBufferPointer(buffer)[..<array.byteCount]))
        count = array.byteCount
      }
      try elements.finish()
      return bytes
    }
  }

  /// Gives `body` the numbers of an array piece by piece, in row-major order, with the index of the
  /// first of them.
  ///
  /// - Throws: The errors of ``tensor(_:)``, and those of `body`.
  package func forEachPiece(
    of name: String, _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    try opening(name) { array, elements in
      try array.checkRowMajor()
      try array.forEachPiece(from: &elements, body)
      try elements.finish()
    }
  }
}

extension StoredArray {
  fileprivate func checkRowMajor() throws {
    guard isTransposed else { return }
    throw FormatProblem.unsupported(
      found: "an array in Fortran order", possible: "row-major order (np.ascontiguousarray)")
  }
}

extension ByteSource {
  /// Reads what is left without keeping it, and checks the checksum if there is one.
  mutating func skipAll() throws {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { piece.deallocate() }
    while try read(into: piece) > 0 {}
    try finish()
  }
}
