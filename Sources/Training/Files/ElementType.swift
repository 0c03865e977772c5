import Foundation
import Tensors

/// How the numbers of an array are stored in a file, least significant byte first.
enum ElementType: Sendable {
  case float16, bfloat16, float32, float64, int32, int64, uint8

  /// The bytes of one number.
  var size: Int {
    switch self {
    case .uint8: 1
    case .float16, .bfloat16: 2
    case .float32, .int32: 4
    case .float64, .int64: 8
    }
  }

  /// The bytes that an array takes in the file.
  ///
  /// - Throws: ``FormatProblem`` where the product overflows, or where the tensor would not fit in
  ///   the memory of this machine.
  func byteCount(shape: [Int]) throws -> Int {
    // A length of 0 makes the product 0, but must not hide that the others overflow.
    guard let bytes = (shape.map { max($0, 1) } + [size]).checkedProduct else {
      throw FormatProblem.malformed("shape \(shape) has more numbers than can be counted")
    }
    let memory = ProcessInfo.processInfo.physicalMemory
    let count = shape.contains(0) ? 0 : bytes / size
    guard count <= memory / UInt64(MemoryLayout<Float>.size) else {
      throw FormatProblem.unsupported(
        found: "shape \(shape)",
        possible: "what fits in the \(memory >> 20) MB of memory of this machine")
    }
    return count * size
  }

  /// The tensor of this shape whose numbers come next in `source`, rounded to Float32.
  ///
  /// - Throws: What `source` throws, and ``FormatProblem`` where a finite number is beyond those of
  ///   Float32, which would make it infinite. The caller has checked that the source is long enough,
  ///   so that no memory is taken for a false claim.
  func tensor(shape: [Int], from source: inout some ByteSource) throws -> Tensor {
    try Tensor(shape: shape) { destination in
      guard self != .float32 else {
        try source.fill(UnsafeMutableRawBufferPointer(destination))
        return
      }
      let piece = min(destination.count, 1 << 16)
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: piece * size, alignment: 64)
      defer { buffer.deallocate() }
      for start in stride(from: 0, to: destination.count, by: max(piece, 1)) {
        let scalars = UnsafeMutableBufferPointer(
          rebasing: destination[start..<min(start + piece, destination.count)])
        let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(scalars.count * size)])
        try source.fill(bytes)
        convert(UnsafeRawBufferPointer(bytes), to: scalars)
        if let (offset, value) = firstTooLarge(UnsafeRawBufferPointer(bytes), for: scalars) {
          let index = Tensor.index(ofScalar: start + offset, shape: shape)
          throw FormatProblem.unsupported(
            found: "\(value) at \(index)", possible: "numbers of Float32, up to 3.4e+38")
        }
      }
    }
  }

  private func convert(
    _ bytes: UnsafeRawBufferPointer, to scalars: UnsafeMutableBufferPointer<Float>
  ) {
    switch self {
    case .float16: convert(bytes, to: scalars, Self.float(float16:))
    case .bfloat16: convert(bytes, to: scalars) { Float(bitPattern: UInt32($0 as UInt16) << 16) }
    case .float32: convert(bytes, to: scalars) { $0 as Float }
    case .float64: convert(bytes, to: scalars) { Float($0 as Double) }
    case .int32: convert(bytes, to: scalars) { Float($0 as Int32) }
    case .int64: convert(bytes, to: scalars) { Float($0 as Int64) }
    case .uint8: convert(bytes, to: scalars) { Float($0 as UInt8) }
    }
  }

  /// The first finite number that became infinite, as only one of 64 bits does.
  private func firstTooLarge(
    _ bytes: UnsafeRawBufferPointer, for scalars: UnsafeMutableBufferPointer<Float>
  ) -> (offset: Int, value: Double)? {
    guard self == .float64 else { return nil }
    let numbers = bytes.assumingMemoryBound(to: Double.self)
    return scalars.indices.first { scalars[$0].isInfinite && numbers[$0].isFinite }
      .map { ($0, numbers[$0]) }
  }

  @inline(__always)
  private func convert<Element>(
    _ bytes: UnsafeRawBufferPointer, to scalars: UnsafeMutableBufferPointer<Float>,
    _ float: (Element) -> Float
  ) {
    let elements = bytes.assumingMemoryBound(to: Element.self)
    for index in scalars.indices { scalars[index] = float(elements[index]) }
  }

  /// The value of an IEEE half, whose bits are given. Not `Float16`, which macOS lacks on x86, and
  /// without a branch, so that the loop is vectorised.
  @inline(__always)
  static func float(float16 bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7FFF)
    // In the places of a Float, the exponent is too small by the difference of the biases,
    // 127 − 15. A product rather than a sum, because it serves subnormal numbers too.
    let value = Float(bitPattern: magnitude << 13) * 0x1p112
    let nonFinite: UInt32 = magnitude >= 0x7C00 ? 0x7F80_0000 : 0
    return Float(bitPattern: value.bitPattern | sign | nonFinite)
  }
}

extension [Int] {
  /// The product of non-negative numbers, or `nil` where it exceeds an `Int`.
  var checkedProduct: Int? {
    var product = 1
    for factor in self {
      let (partial, overflow) = product.multipliedReportingOverflow(by: factor)
      if overflow { return nil }
      product = partial
    }
    return product
  }
}
