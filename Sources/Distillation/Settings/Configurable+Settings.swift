import Tensors

/// What is wrong with a setting, and where.
public struct SettingError: Error, Hashable, CustomStringConvertible {
  /// The keys that lead to the setting: `["teacher", "epochs"]`.
  public let path: [String]
  public let problem: String

  public init(path: [String], problem: String) { (self.path, self.problem) = (path, problem) }

  public var description: String {
    path.isEmpty ? problem : "\(path.joined(separator: ".").visible): \(problem)"
  }
}

extension Configurable {
  /// The defaults, but for the settings given.
  ///
  /// The stored properties are the schema. Throws ``SettingError`` for a key that is none of them
  /// and for a value of another type.
  public init(_ settings: [String: Setting], path: [String] = []) throws {
    if let error = Self.outOfRange(settings, path: path) { throw error }
    try self.init(unchecked: settings, path: path)
  }

  /// What is wrong with the first parameter that is outside its range; `nil` if none is.
  var outOfRange: SettingError? {
    let settings = parameters.map { ($0.name, Setting(of: $0.value)) }
    return Self.outOfRange(Dictionary(settings) { _, last in last }, path: [])
  }

  private static func outOfRange(_ settings: [String: Setting], path: [String]) -> SettingError? {
    for (name, range) in allRanges.sorted(by: { $0.key < $1.key }) {
      let numbers = settings[name].map { $0.numbers } ?? []
      guard let number = numbers.first(where: { !($0.double.map(range.contains) ?? true) }) else {
        continue
      }
      return SettingError(
        path: path + [name],
        problem: """
          expected \(describe(range.lowerBound)) to \(describe(range.upperBound)), not \(number.kind)
          """)
    }
    return nil
  }

  /// The same, whatever the ranges of numbers.
  init(unchecked settings: [String: Setting], path: [String] = []) throws {
    try self.init(
      from: SettingDecoder(setting: .group(settings), defaults: Self.standard, path: path))
  }
}

extension Setting {
  /// The number that it is, or the numbers of a list.
  fileprivate var numbers: [Setting] {
    switch self {
    case .number, .whole: [self]
    case .list(let settings): settings.flatMap { $0.numbers }
    default: []
    }
  }
}
