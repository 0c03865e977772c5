/// A type whose stored properties are its parameters.
///
/// Formulas and recipes set the properties by name. The defaults stand once: in the signature of an
/// initialiser, or as the properties' initial values.
///
///     public struct KD: PaperModule {
///       /// T, the temperature of both softmaxes.
///       public var temperature: Double
///       public init(temperature: Double = 4) { self.temperature = temperature }
///       public static let standard = Self()
///     }
public protocol Configurable: Codable, Hashable, Sendable {
  /// The value with the default of each parameter.
  static var standard: Self { get }

  /// The range of each number, by name. A number without a range may be any finite one. A range of what
  /// is no parameter is an error wherever the part is used.
  static var ranges: [String: ClosedRange<Double>] { get }
}

extension Configurable {
  public static var ranges: [String: ClosedRange<Double>] { [:] }

  /// The ranges of its own numbers and of those that it shares. They are found anew each time, which is
  /// when settings are read or a loss is composed, and never at a step.
  package static var allRanges: [String: ClosedRange<Double>] {
    Mirror(reflecting: standard).children.reduce(into: ranges) { all, child in
      guard let shared = child.value as? any SharedParameters else { return }
      all.merge(type(of: shared).allRanges) { own, _ in own }
    }
  }
}

/// Parameters that several terms share. A type that holds them has them as its own: formulas set
/// `rkd(delta: 2)`, where `delta` is a parameter of a value that `RKD` holds.
public protocol SharedParameters: Configurable {}

extension ClosedRange<Double> {
  /// The range of temperatures. Beyond it, the softmax of usual logits is one class, or it is even, to
  /// the precision of a Float32.
  public static var temperature: ClosedRange<Double> { 0.01...1000 }

  /// The range of the number of entries that are chosen at each step.
  public static var tuples: ClosedRange<Double> { 1...1e7 }

  /// The range of the threshold δ of a Huber penalty.
  public static var huberDelta: ClosedRange<Double> { 1e-9...1e9 }
}

extension Configurable {
  /// A copy with one parameter set.
  ///
  ///     KD.standard.with(\.temperature, 2)
  public func with<Value>(_ parameter: WritableKeyPath<Self, Value>, _ value: Value) -> Self {
    var changed = self
    changed[keyPath: parameter] = value
    return changed
  }

  /// A copy with some parameters set.
  ///
  /// - Precondition: It has all of them, of these types.
  func setting(_ values: [(name: String, value: Any)]) -> Self {
    let settings = (parameters + values).map { ($0.name, Setting(of: $0.value)) }
    do {
      return try Self(unchecked: Dictionary(settings) { _, last in last })
    } catch {
      fatalError("[parameters] \(Self.self): \(error)")
    }
  }

  /// The parameters in the order of their declaration, with this value's settings.
  public var parameters: [(name: String, value: Any)] {
    Mirror(reflecting: self).children.flatMap { child in
      if let shared = child.value as? any SharedParameters { return shared.parameters }
      return child.label.map { [($0, child.value)] } ?? []
    }
  }

  /// The parameters that differ from their defaults, as a formula writes them: `(delta: 2)`, or nothing.
  public var argumentsInFormula: String {
    let changed = zip(parameters, Self.standard.parameters)
      .map { (name: $0.name, text: describe($0.value), standard: describe($1.value)) }
      .filter { $0.text != $0.standard }
    guard !changed.isEmpty else { return "" }
    return "(\(changed.map { "\($0.name): \($0.text)" }.joined(separator: ", ")))"
  }
}

/// A parameter's value as a formula writes it; `none` if there is no value.
package func describe(_ value: Any) -> String {
  let mirror = Mirror(reflecting: value)
  if mirror.displayStyle == .optional {
    return mirror.children.first.map { describe($0.value) } ?? "none"
  }
  switch value {
  case let number as Double:
    return number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
  case let value as any RawRepresentable<String>: return value.rawValue
  case let text as String: return isWord(text) ? text : "\"\(text)\""
  case let list as [Any]: return "[\(list.map(describe).joined(separator: ", "))]"
  default: return "\(value)"
  }
}

/// Whether a formula can write a text without quotes.
private func isWord(_ text: String) -> Bool {
  guard let first = text.first, first.isLetter, !["true", "false", "none"].contains(text) else {
    return false
  }
  return text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "@" }
}
