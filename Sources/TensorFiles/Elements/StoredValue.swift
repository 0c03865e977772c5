/// One element of an array, exactly as a file holds it.
public enum StoredValue: Equatable, Sendable {
  /// A whole number of a whole type, or a `bool` as 0 or 1.
  case whole(Int)
  /// A whole number beyond `Int`.
  case large(UInt64)
  /// A floating-point number, with the shortest text that tells it from all others of its type.
  case real(Double, text: String)
  /// A text, without the zeros that fill it up to its stored length.
  case text(String)
}

extension StoredValue: CustomStringConvertible {
  /// The value as text, equal for equal numbers of all types: a floating-point 3 is `3`.
  public var description: String {
    switch self {
    case .whole(let number): "\(number)"
    case .large(let number): "\(number)"
    case .real(let number, let text): Int(exactly: number).map { "\($0)" } ?? text
    case .text(let text): "'\(text)'"
    }
  }
}

/// An array, exactly as a file holds it.
public struct StoredValues: Equatable, Sendable {
  /// The length of each axis.
  public let shape: [Int]
  /// The elements in row-major order.
  public let values: [StoredValue]
  /// The bound below which whole numbers can be told apart in a floating-point type, for example
  /// 2²⁴ in Float32. From there on, a number may have been another before it was stored. It is
  /// `nil` for other types.
  public let distinctBelow: Double?
}

extension ElementType {
  /// Reads elements from a piece of a file, least significant byte first.
  func values(_ bytes: UnsafeRawBufferPointer, count: Int) -> [StoredValue] {
    func elements<Element: BitwiseCopyable>(
      _: Element.Type, _ value: (Element) -> StoredValue
    ) -> [StoredValue] {
      (0..<count).map {
        value(bytes.loadUnaligned(fromByteOffset: $0 * size, as: Element.self))
      }
    }
    switch self {
    case .bool: return elements(UInt8.self) { .whole($0 == 0 ? 0 : 1) }
    case .int8: return elements(Int8.self) { .whole(Int($0)) }
    case .int16: return elements(Int16.self) { .whole(Int($0)) }
    case .int32: return elements(Int32.self) { .whole(Int($0)) }
    case .int64: return elements(Int64.self) { .whole(Int($0)) }
    case .uint8: return elements(UInt8.self) { .whole(Int($0)) }
    case .uint16: return elements(UInt16.self) { .whole(Int($0)) }
    case .uint32: return elements(UInt32.self) { .whole(Int($0)) }
    case .uint64: return elements(UInt64.self) { Int(exactly: $0).map { .whole($0) } ?? .large($0) }
    case .float64: return elements(Double.self) { .real($0, text: "\($0)") }
    case .float8E4M3, .float8E5M2, .bfloat16, .float16, .float32:
      return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
        buffer.initialize(repeating: 0)
        _ = convert(bytes, to: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        initialized = count
      }.map { .real(Double($0), text: "\($0)") }
    case .bytes(let length):
      return (0..<count).map { index in
        let text = bytes[index * length..<(index + 1) * length].prefix { $0 != 0 }
        return .text(String(decoding: text, as: UTF8.self))
      }
    case .characters(let length):
      return (0..<count).map { index in
        var text = String.UnicodeScalarView()
        for place in 0..<length {
          let unit = bytes.loadUnaligned(
            fromByteOffset: index * size + 4 * place, as: UInt32.self)
          if unit == 0 { break }
          text.append(Unicode.Scalar(unit) ?? "\u{FFFD}")
        }
        return .text(String(text))
      }
    }
  }
}
