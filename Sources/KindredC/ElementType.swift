import CKindred

/// The type of an array's elements.
enum ElementType {
  case float32, float64, float16, bfloat16, int32, int64, bool

  /// The type that the header numbers so; `nil` if there is none.
  init?(_ type: kindred_type) {
    switch Int(type) {
    case KINDRED_FLOAT32: self = .float32
    case KINDRED_FLOAT64: self = .float64
    case KINDRED_FLOAT16: self = .float16
    case KINDRED_BFLOAT16: self = .bfloat16
    case KINDRED_INT32: self = .int32
    case KINDRED_INT64: self = .int64
    case KINDRED_BOOL: self = .bool
    default: return nil
    }
  }

  /// The size of an element in bytes.
  var size: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16: 2
    case .bool: 1
    }
  }

  var isFloating: Bool {
    switch self {
    case .float32, .float64, .float16, .bfloat16: true
    case .int32, .int64, .bool: false
    }
  }

  var isWhole: Bool { self == .int32 || self == .int64 }

  /// The largest number in Float32 that rounds to a finite one of this type.
  var largest: Float {
    switch self {
    case .float16: Float(65520).nextDown
    case .bfloat16: Float(bitPattern: 0x7f7f_8000).nextDown
    default: .greatestFiniteMagnitude
    }
  }
}

extension ElementType: CustomStringConvertible {
  var description: String {
    switch self {
    case .float32: "Float32"
    case .float64: "Float64"
    case .float16: "Float16"
    case .bfloat16: "BFloat16"
    case .int32: "Int32"
    case .int64: "Int64"
    case .bool: "Bool"
    }
  }
}

extension Float {
  /// The number of these bits in Float16: a sign, 5 bits of exponent, 10 bits of fraction.
  init(float16 bits: UInt16) {
    // 2¹¹² is between the two biases, 127 − 15. Subnormal numbers become normal ones in the product.
    let magnitude = Float(bitPattern: UInt32(bits & 0x7fff) << 13) * 0x1p112
    let isFinite = bits & 0x7c00 != 0x7c00
    let known = isFinite ? magnitude.bitPattern : magnitude.bitPattern | 0x7f80_0000
    self.init(bitPattern: known | UInt32(bits & 0x8000) << 16)
  }

  /// The bits of the nearest number of Float16, the even one of two. It must not be larger than the largest.
  var float16Bits: UInt16 {
    let sign = UInt16(truncatingIfNeeded: bitPattern >> 16) & 0x8000
    let bits = bitPattern & 0x7fff_ffff
    guard bits >= 0x3880_0000 else {
      // Below 2⁻¹⁴: adding ½ leaves multiples of 2⁻²⁴ as the last bits of the sum, rounded.
      let sum = Float(bitPattern: bits) + 0.5
      return sign | UInt16(truncatingIfNeeded: sum.bitPattern &- Float(0.5).bitPattern)
    }
    let rounded = bits &+ 0xfff &+ (bits >> 13 & 1) &- 112 << 23
    return sign | UInt16(truncatingIfNeeded: rounded >> 13)
  }

  /// The number of these bits in BFloat16: the upper half of Float32.
  init(bfloat16 bits: UInt16) { self.init(bitPattern: UInt32(bits) << 16) }

  /// The bits of the nearest number of BFloat16, the even one of two.
  var bfloat16Bits: UInt16 {
    UInt16(truncatingIfNeeded: (bitPattern &+ 0x7fff &+ (bitPattern >> 16 & 1)) >> 16)
  }
}
