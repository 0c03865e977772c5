/// The value of a parameter, read from all words that were given for it. The type says how often
/// the parameter may be given: an ``ArgumentValue`` once, an `Optional` once or never, an `Array`
/// any number of times. `Bool` is a flag, which has no words of its own.
public protocol ParameterValue: Sendable {
  /// Whether the parameter must be given, unless it has a default.
  static var isRequired: Bool { get }

  /// Whether the parameter may be given any number of times.
  static var isRepeated: Bool { get }

  /// Every word that is allowed if these are few; otherwise empty.
  static var choices: [String] { get }

  /// Throws if a word is not such a value; `label` is the parameter as the user writes it.
  static func read(_ words: [String], label: String) throws(CommandError) -> Self
}

extension ArgumentValue {
  public static var isRequired: Bool { true }
  public static var isRepeated: Bool { false }
  public static var choices: [String] { [] }

  public static func read(_ words: [String], label: String) throws(CommandError) -> Self {
    guard let word = words.last else { throw .missingParameters([label]) }
    guard let value = Self(argument: word) else {
      throw .invalidValue(
        word, label: label, expected: expectation(insteadOf: word), choices: choices)
    }
    return value
  }
}

extension Optional: ParameterValue where Wrapped: ArgumentValue {
  public static var isRequired: Bool { false }
  public static var isRepeated: Bool { false }
  public static var choices: [String] { Wrapped.choices }

  public static func read(_ words: [String], label: String) throws(CommandError) -> Self {
    words.isEmpty ? nil : try Wrapped.read(words, label: label)
  }
}

extension Array: ParameterValue where Element: ArgumentValue {
  public static var isRequired: Bool { false }
  public static var isRepeated: Bool { true }
  public static var choices: [String] { Element.choices }

  public static func read(_ words: [String], label: String) throws(CommandError) -> Self {
    var values: Self = []
    for word in words { values.append(try Element.read([word], label: label)) }
    return values
  }
}

extension Bool: ParameterValue {
  public static var isRequired: Bool { false }
  public static var isRepeated: Bool { false }
  public static var choices: [String] { [] }

  public static func read(_ words: [String], label: String) throws(CommandError) -> Self {
    !words.isEmpty
  }
}
