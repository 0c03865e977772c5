import Tensors

/// How the numbers or texts of an array are stored in a file.
enum ElementType: Hashable, Sendable {
  case bool
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  /// Numbers of 8 bits: one kind without infinity, as `torch.float8_e4m3fn`, and one that is the
  /// upper half of an IEEE half, as `torch.float8_e5m2`.
  case float8E4M3, float8E5M2
  case bfloat16, float16, float32, float64
  /// Text of a fixed length, in bytes or in characters of UTF-32.
  case bytes(Int), characters(Int)

  /// The number of bytes of one element.
  var size: Int {
    switch self {
    case .bool, .int8, .uint8, .float8E4M3, .float8E5M2: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    case .bytes(let count): count
    case .characters(let count): 4 * count
    }
  }

  /// The number of bytes of the unit that a byte order reverses: a number or a character.
  var unitSize: Int {
    switch self {
    case .bytes: 1
    case .characters: 4
    default: size
    }
  }

  var isText: Bool {
    switch self {
    case .bytes, .characters: true
    default: false
    }
  }

  var isFloatingPoint: Bool { distinctBelow != nil }

  /// The bound below which a floating-point type tells all whole numbers apart: 2 to the number of
  /// bits of its significand. It is `nil` for other types.
  var distinctBelow: Double? {
    switch self {
    case .float8E5M2: 0x1p3
    case .float8E4M3: 0x1p4
    case .bfloat16: 0x1p8
    case .float16: 0x1p11
    case .float32: 0x1p24
    case .float64: 0x1p53
    default: nil
    }
  }
}

extension [Int] {
  /// The product of non-negative numbers, or `nil` if it exceeds an `Int`.
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
