extension ElementType {
  /// Converts little-endian numbers to Float32, and returns the place of the first number that
  /// Float32 does not hold: a whole number that would be rounded, or a finite one that would be
  /// infinite.
  func convert(
    _ bytes: UnsafeRawBufferPointer, to scalars: UnsafeMutableBufferPointer<Float>
  ) -> Int? {
    switch self {
    case .bool: convert(bytes, to: scalars) { ($0 as UInt8) == 0 ? 0 : 1 }
    case .int8: convert(bytes, to: scalars) { Float($0 as Int8) }
    case .uint8: convert(bytes, to: scalars) { Float($0 as UInt8) }
    case .int16: convert(bytes, to: scalars) { Float($0 as Int16) }
    case .uint16: convert(bytes, to: scalars) { Float($0 as UInt16) }
    case .int32: return convertWhole(bytes, to: scalars, Int32.self)
    case .uint32: return convertWhole(bytes, to: scalars, UInt32.self)
    case .int64: return convertWhole(bytes, to: scalars, Int64.self)
    case .uint64: return convertWhole(bytes, to: scalars, UInt64.self)
    case .float8E4M3: convert(bytes, to: scalars) { Self.float8E4M3Values[Int($0 as UInt8)] }
    case .float8E5M2:
      convert(bytes, to: scalars) { Self.float(float16: UInt16($0 as UInt8) << 8) }
    case .bfloat16: convert(bytes, to: scalars) { Float(bitPattern: UInt32($0 as UInt16) << 16) }
    case .float16: convert(bytes, to: scalars, Self.float(float16:))
    case .float32: convert(bytes, to: scalars) { $0 as Float }
    case .float64:
      convert(bytes, to: scalars) { Float($0 as Double) }
      let numbers = bytes.assumingMemoryBound(to: Double.self)
      return scalars.indices.first { scalars[$0].isInfinite && numbers[$0].isFinite }
    case .bytes, .characters: fatalError("[file] text has no value of Float32")
    }
    return nil
  }

  @inline(__always)
  private func convert<Element>(
    _ bytes: UnsafeRawBufferPointer, to scalars: UnsafeMutableBufferPointer<Float>,
    _ float: (Element) -> Float
  ) {
    let elements = bytes.assumingMemoryBound(to: Element.self)
    for index in scalars.indices { scalars[index] = float(elements[index]) }
  }

  @inline(__always)
  private func convertWhole<Whole: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, to scalars: UnsafeMutableBufferPointer<Float>, _: Whole.Type
  ) -> Int? {
    let numbers = bytes.assumingMemoryBound(to: Whole.self)
    var greatest: Whole.Magnitude = 0
    for index in scalars.indices {
      scalars[index] = Float(numbers[index])
      greatest = max(greatest, numbers[index].magnitude)
    }
    // Float32 holds every whole number up to 2²⁴.
    guard greatest > 1 << 24 else { return nil }
    return scalars.indices.first { Whole(exactly: scalars[$0]) != numbers[$0] }
  }

  /// The value of an IEEE half with these bits. `Float16` is not used, because macOS lacks it on
  /// x86, and there is no branch, so that the loop is vectorised.
  @inline(__always)
  static func float(float16 bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7FFF)
    // In the places of a Float, the exponent is too small by the difference of the biases, 127 −
    // 15. This is a product rather than a sum because a product serves subnormal numbers too.
    let value = Float(bitPattern: magnitude << 13) * 0x1p112
    let nonFinite: UInt32 = magnitude >= 0x7C00 ? 0x7F80_0000 : 0
    return Float(bitPattern: value.bitPattern | sign | nonFinite)
  }

  /// The value of each byte as a number with 4 bits of exponent, whose bias is 7, and 3 bits of
  /// significand. If all these bits are ones, it is not a number; there is no infinity.
  static let float8E4M3Values: [Float] = (0...255).map { bits in
    let (exponent, significand) = (bits >> 3 & 15, bits & 7)
    let magnitude: Float =
      if exponent == 15, significand == 7 {
        .nan
      } else if exponent == 0 {
        Float(significand) * 0x1p-9
      } else {
        Float(sign: .plus, exponent: exponent - 10, significand: Float(8 + significand))
      }
    return bits & 0x80 == 0 ? magnitude : -magnitude
  }
}
