import Tensors

/// An error in a setting, and its place.
public struct SettingError: Error, Hashable, CustomStringConvertible {
  /// The keys that lead to the setting: `["teacher", "epochs"]`.
  public let path: [String]
  /// The problem, in words.
  public let problem: String

  /// Makes an error of the keys that lead to the setting, and what is wrong with it.
  public init(path: [String], problem: String) { (self.path, self.problem) = (path, problem) }

  public var description: String {
    path.isEmpty ? problem : "\(path.joined(separator: ".").visible): \(problem)"
  }
}

extension Configurable {
  /// Makes a value with these settings, and with the defaults of all other parameters.
  ///
  /// The stored properties are the schema.
  ///
  /// - Parameters:
  ///   - settings: The values of parameters by name.
  ///   - path: The keys that lead to these settings, for errors.
  /// - Throws: ``SettingError`` for a key that is no parameter, a value of another type, a number outside
  ///   its range, and a range of what is no parameter.
  public init(settings: [String: Setting], path: [String] = []) throws {
    if let error = Self.outOfRange(settings, path: path) { throw error }
    try self.init(unchecked: settings, path: path)
  }

  /// The problem of the first parameter that is outside its range, or of the first range that is of no
  /// parameter; `nil` if there is none.
  var outOfRange: SettingError? {
    let settings = parameters.map { ($0.name, Setting(of: $0.value)) }
    return Self.outOfRange(Dictionary(settings) { _, last in last }, path: [])
  }

  private static func outOfRange(_ settings: [String: Setting], path: [String]) -> SettingError? {
    let ranges = allRanges.sorted { $0.key < $1.key }
    let names = standard.parameters.map { $0.name }
    if let stray = ranges.first(where: { !names.contains($0.key) })?.key {
      return SettingError(
        path: path,
        problem: """
          the ranges of \(Self.self) have '\(stray)', which is no parameter\
          \(suggestion(for: stray, in: names)); \(choices(names))
          """)
    }
    for (name, range) in ranges {
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

  /// Makes a value with these settings, even if numbers are outside their ranges.
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
