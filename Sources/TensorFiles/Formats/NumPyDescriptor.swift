/// The type of numbers in the header of an `.npy` file, for example `<f4`, `>i8` or `|b1`.
struct NumPyDescriptor {
  let text: String

  /// Whether the most significant byte comes first.
  var isBigEndian: Bool { text.hasPrefix(">") }

  var name: String { "dtype '\(text)'" }

  /// How the elements of an array of this shape are stored, or why they are not read.
  func type(shape: [Int]) -> Result<ElementType, FormatProblem> {
    let code = "<>|=".contains(text.prefix(1)) ? text.dropFirst() : text[...]
    if let type = Self.types[String(code)] { return .success(type) }
    let (kind, rest) = (code.prefix(1), code.dropFirst())
    let count = Int(rest).flatMap { (0...1 << 30).contains($0) ? $0 : nil }
    switch (kind, count) {
    case ("S", let count?): return .success(.bytes(count))
    case ("U", let count?): return .success(.characters(count))
    default:
      let unread: UnreadType =
        switch (kind, count) {
        case ("V", let count?): .raw(bytes: count)
        case ("O", _): shape.isEmpty ? .object : .objects
        case ("c", _): .complex
        case ("f", 1): .smallFloat
        case ("f", _): .longDouble
        case ("M", _): .time
        case ("m", _): .timeSpan
        default: .unknown
        }
      return .failure(unread.problem(name))
    }
  }

  private static let types: [String: ElementType] = [
    "b1": .bool, "?": .bool, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8,
    "u2": .uint16, "u4": .uint32, "u8": .uint64, "f2": .float16, "f4": .float32, "f8": .float64,
  ]
}
