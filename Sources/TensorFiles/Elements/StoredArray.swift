import SystemMemory
import Tensors

/// An array as the header of a file describes it, before its numbers are read.
struct StoredArray {
  /// How its elements are stored, or why they are not read.
  var type: Result<ElementType, FormatProblem>
  /// The type as the file writes it, for example `dtype '<f4'`.
  var typeName: String
  var shape: [Int]
  var isBigEndian = false
  var isFortranOrder = false
  /// The number of bytes that the file has for the array; the text below says so, for example `48
  /// follow the header`.
  var byteCount: Int
  var byteCountText: String

  /// Whether the order of its axes changes the order of its numbers.
  var isTransposed: Bool { isFortranOrder && shape.count { $0 != 1 } > 1 }

  /// The type, after checking that the file has exactly the bytes that the shape needs, and that
  /// the memory holds `size` bytes for each element.
  func checkedType(elementSize size: Int) throws -> ElementType {
    let type = try type.get()
    // A length of 0 makes the product 0, but must not hide that the others overflow.
    let lengths = shape.map { max($0, 1) }
    guard let count = lengths.checkedProduct,
      (lengths + [max(type.size, size)]).checkedProduct != nil
    else {
      throw FormatProblem.malformed("shape \(shape) has more numbers than can be counted")
    }
    let needed = shape.contains(0) ? 0 : count * type.size
    guard needed == byteCount else {
      throw FormatProblem.malformed(
        "shape \(shape) of \(typeName) needs \(needed) bytes, but \(byteCountText)")
    }
    // A text is read whole before it is decoded.
    let memory = count * (type.isText ? max(size, type.size) : size)
    try Self.checkMemory(for: shape.contains(0) ? 0 : memory, shape: shape)
    return type
  }

  /// Throws ``FormatProblem`` if the memory that is left does not hold so many bytes.
  static func checkMemory(for bytes: Int, shape: [Int]) throws {
    // For small arrays, reading the system's files is not worthwhile.
    guard bytes > 1 << 22 else { return }
    let memory = AvailableMemory.now
    guard memory.holds(bytes) else {
      throw FormatProblem.unsupported(
        found: "shape \(shape), which takes \(bytes >> 20) MB",
        possible: "what fits in the \(memory)")
    }
  }

  /// Reads the next numbers of `source` into a tensor, rounded to Float32.
  ///
  /// - Throws: The errors of `source`, and ``FormatProblem`` if Float32 does not hold a number: a
  ///   finite one that would be infinite, or a whole one that would become another.
  func tensor(from source: inout any ByteSource) throws -> Tensor {
    let type = try checkedType(elementSize: MemoryLayout<Float>.size)
    guard !type.isText else { throw UnreadType.text.problem(typeName) }
    return try Tensor(shape: shape) { destination in
      guard type != .float32 || isBigEndian || isTransposed else {
        try source.fill(UnsafeMutableRawBufferPointer(destination))
        return
      }
      let scratch = UnsafeMutableBufferPointer<Float>.allocate(
        capacity: isTransposed ? min(destination.count, Self.pieceCount) : 0)
      defer { scratch.deallocate() }
      var places = FortranOrder(shape: shape)
      try pieces(of: destination.count, type: type, from: &source) { range, bytes in
        let scalars = UnsafeMutableBufferPointer(
          rebasing: isTransposed ? scratch[..<range.count] : destination[range])
        if let offset = type.convert(bytes, to: scalars) {
          throw unfit(type.values(bytes, count: range.count)[offset], at: range.lowerBound + offset)
        }
        guard isTransposed else { return }
        for scalar in scalars { destination[places.next()] = scalar }
      }
    }
  }

  /// Gives `body` the next numbers of `source` piece by piece, rounded to Float32, with the index of
  /// the first of them.
  func forEachPiece(
    from source: inout any ByteSource, _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    let type = try checkedType(elementSize: 0)
    guard !type.isText else { throw UnreadType.text.problem(typeName) }
    let count = shape.reduce(1, *)
    let scratch = UnsafeMutableBufferPointer<Float>.allocate(capacity: min(count, Self.pieceCount))
    defer { scratch.deallocate() }
    try pieces(of: count, type: type, from: &source) { range, bytes in
      let scalars = UnsafeMutableBufferPointer(rebasing: scratch[..<range.count])
      if let offset = type.convert(bytes, to: scalars) {
        throw unfit(type.values(bytes, count: range.count)[offset], at: range.lowerBound + offset)
      }
      try body(range.lowerBound, UnsafeBufferPointer(scalars))
    }
  }

  /// Reads the next elements of `source` exactly, in row-major order.
  func values(from source: inout any ByteSource) throws -> StoredValues {
    let type = try checkedType(elementSize: MemoryLayout<StoredValue>.stride)
    let count = shape.reduce(1, *)
    var values: [StoredValue] = []
    try pieces(of: count, type: type, from: &source) { range, bytes in
      values += type.values(bytes, count: range.count)
    }
    if isTransposed {
      var places = FortranOrder(shape: shape)
      var ordered = values
      for value in values { ordered[places.next()] = value }
      values = ordered
    }
    return StoredValues(shape: shape, values: values, distinctBelow: type.distinctBelow)
  }

  private static let pieceCount = 1 << 16

  /// Reads elements in pieces, and gives `body` the bytes of each, least significant first.
  private func pieces(
    of count: Int, type: ElementType, from source: inout any ByteSource,
    _ body: (Range<Int>, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let piece = min(count, Self.pieceCount)
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: piece * type.size, alignment: 64)
    defer { buffer.deallocate() }
    for start in stride(from: 0, to: count, by: max(piece, 1)) {
      let range = start..<min(start + piece, count)
      let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(range.count * type.size)])
      try source.fill(bytes)
      if isBigEndian { bytes.reverse(unitsOf: type.unitSize) }
      try body(range, UnsafeRawBufferPointer(bytes))
    }
  }

  private func unfit(_ value: StoredValue, at offset: Int) -> FormatProblem {
    let index =
      isTransposed
      ? Array(Tensor.index(ofScalar: offset, shape: shape.reversed()).reversed())
      : Tensor.index(ofScalar: offset, shape: shape)
    guard case .real(_, let text) = value else {
      return .unsupported(
        found: "\(value) at \(index)",
        possible: """
          whole numbers that Float32 holds, which has every one up to 2²⁴ \
          (array.astype(np.float32) rounds them)
          """)
    }
    return .unsupported(found: "\(text) at \(index)", possible: "numbers of Float32, up to 3.4e+38")
  }
}

/// The row-major places of an array's numbers, in the order in which the first index runs fastest.
private struct FortranOrder {
  private let shape: [Int]
  private let strides: [Int]
  private var index: [Int]
  private var place = 0

  init(shape: [Int]) {
    self.shape = shape
    var strides = shape
    var stride = 1
    for axis in shape.indices.reversed() {
      strides[axis] = stride
      stride *= max(shape[axis], 1)
    }
    self.strides = strides
    index = Array(repeating: 0, count: shape.count)
  }

  mutating func next() -> Int {
    let result = place
    for axis in shape.indices {
      index[axis] += 1
      place += strides[axis]
      if index[axis] < shape[axis] { break }
      place -= strides[axis] * shape[axis]
      index[axis] = 0
    }
    return result
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Reverses the bytes of each number.
  func reverse(unitsOf size: Int) {
    func swap<Unit: FixedWidthInteger>(_: Unit.Type) {
      for unit in bindMemory(to: Unit.self).indices {
        let place = unit * MemoryLayout<Unit>.size
        storeBytes(
          of: loadUnaligned(fromByteOffset: place, as: Unit.self).byteSwapped,
          toByteOffset: place, as: Unit.self)
      }
    }
    switch size {
    case 2: swap(UInt16.self)
    case 4: swap(UInt32.self)
    case 8: swap(UInt64.self)
    default: break
    }
  }
}
