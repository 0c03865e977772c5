/// A value that one word of the command line can be read as.
public protocol ArgumentValue: ParameterValue {
  /// `nil` if the word is not such a value.
  init?(argument: String)

  /// What the word must be, to complete the sentence "… takes …".
  static var expectation: String { get }

  /// The same, if that depends on the word that was given.
  static func expectation(insteadOf word: String) -> String
}

extension ArgumentValue {
  public static func expectation(insteadOf word: String) -> String { expectation }
}

extension String: ArgumentValue {
  public init?(argument: String) { self = argument }
  public static var expectation: String { "a text" }
}

extension Int: ArgumentValue {
  public init?(argument: String) { self.init(argument) }
  public static var expectation: String { "a whole number" }
}

extension UInt64: ArgumentValue {
  public init?(argument: String) { self.init(argument) }
  public static var expectation: String { "a whole number from 0 to \(UInt64.max)" }
}

extension Double: ArgumentValue {
  public init?(argument: String) {
    guard let value = Double(argument), value.isFinite else { return nil }
    self = value
  }
  public static var expectation: String { "a number" }
}

/// An enumeration of strings conforms by saying so.
extension ArgumentValue where Self: CaseIterable & RawRepresentable, RawValue == String {
  public init?(argument: String) { self.init(rawValue: argument) }
  public static var choices: [String] { allCases.map(\.rawValue) }
  public static var expectation: String { choices.joined(separator: ", ", last: " or ") }
}

extension [String] {
  /// `a`, `a or b`, `a, b or c`.
  func joined(separator: String, last: String) -> String {
    count < 2
      ? joined() : dropLast().joined(separator: separator) + last + suffix(1).joined()
  }
}
