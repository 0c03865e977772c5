import Distillation
public import Foundation
import Tensors
import Training

extension Recipe {
  /// Reads the recipe in a JSON5 file.
  ///
  /// - Parameters:
  ///   - data: The content of the file.
  ///   - replacements: Settings that replace those in the file: `["student.training.epochs=3"]`.
  /// - Returns: The recipe, with names for the rows that have none.
  /// - Throws: An error that says what is wrong with the file, with the path of the setting or the
  ///   place in the text.
  public static func read(_ data: Data, replacing replacements: [String] = []) throws -> Recipe {
    var setting: Setting
    do {
      setting = try JSON5Parser.parse(data)
    } catch {
      throw SettingError(path: [], problem: error.text("JSON5"))
    }
    var earlier: [Replacement] = []
    for text in replacements {
      let replacement = try Replacement(text)
      if let other = earlier.first(where: { $0.sets(what: replacement) }) {
        throw SettingError(
          path: other.path.count > replacement.path.count ? other.path : replacement.path,
          problem: "it is set twice: by '\(other.text.visible)' and by '\(text.visible)'")
      }
      earlier.append(replacement)
      try setting.set(replacement.path, to: replacement.value)
    }
    return try read(setting)
  }

  /// The recipe in a tree of settings.
  static func read(_ setting: Setting) throws -> Recipe {
    guard case .group(let settings) = setting else {
      throw SettingError(path: [], problem: "a recipe is one group of settings {…}")
    }
    return try Recipe(settings: settings.withInheritance()).validated()
  }

  /// This recipe, with names for the rows that have none.
  ///
  /// - Throws: ``SettingError`` if something is wrong that no default can mend.
  func validated() throws -> Recipe {
    func wrong(_ path: String..., problem: String) -> SettingError {
      SettingError(path: path, problem: problem)
    }
    var recipe = self
    guard !rows.isEmpty else {
      throw wrong(
        "rows", problem: "expected at least one, such as {name: \"kd\", loss: \"ce + kd\"}")
    }
    for (index, row) in rows.enumerated() {
      guard !row.loss.isEmpty else { throw wrong("rows[\(index)]", problem: "'loss' is missing") }
      if row.name.isEmpty { recipe.rows[index].name = row.loss }
    }
    let names = recipe.rows.map { $0.name }
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw wrong("rows[\(index)].name", problem: "'\(name.visible)' is taken")
    }
    let tried = validation.allSeeds
    guard !tried.isEmpty, Set(tried).count == tried.count else {
      throw wrong(
        "validation", "seeds", problem: "expected one or more different whole numbers")
    }
    guard !seeds.isEmpty, Set(seeds).count == seeds.count else {
      throw wrong("seeds", problem: "expected one or more different whole numbers")
    }
    try data.validate(in: ["data"])
    let ofSeeds =
      recipe.rows.map { recipe.student(of: $0).training }
      + recipe.teachers.filter { $0.seed == .each }.map { $0.training }
    if data.seed == .each, ofSeeds.allSatisfy({ $0.images == nil }) {
      throw wrong(
        "data", "seed",
        problem: "every student is trained on all images, so none are chosen: "
          + "'student.training.images' says how many")
    }
    try evaluation.validate()
    try recipe.validateComparisons()
    try recipe.validateDesign()
    try teacher?.validate(in: ["teacher"])
    try student.training.validate(in: ["student", "training"])
    try recipe.validateRows()
    try recipe.validateExceptions()
    return recipe
  }
}

/// A replacement of a setting, `key.key=value`.
private struct Replacement {
  let text: String
  let path: [String]
  /// The value as JSON5, or else as a text.
  let value: Setting

  /// Whether a later replacement sets again what this one sets: the same key, one that contains it,
  /// or one that this value holds.
  func sets(what later: Replacement) -> Bool {
    path.starts(with: later.path)
      || later.path.starts(with: path) && value.holds(later.path.dropFirst(path.count))
  }

  init(_ replacement: String) throws {
    let parts = replacement.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw SettingError(
        path: [], problem: "expected key=value, not '\(replacement.visible)'")
    }
    text = replacement
    path = parts[0].split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
    let right = String(parts[1])
    do {
      value = try JSON5Parser.parse(Array(right.utf8))
    } catch {
      // A value that begins like JSON5, or is a number, is read as such. Everything else is a text
      // without quotes.
      let isMeant = right.first { !$0.isWhitespace }.map { "\"'{[".contains($0) } ?? false
      guard isMeant || !error.isSyntax else {
        value = .text(right)
        return
      }
      throw SettingError(path: path, problem: error.text("JSON5"))
    }
  }
}

extension Setting {
  /// Whether there is a value under these keys.
  fileprivate func holds(_ path: ArraySlice<String>) -> Bool {
    guard let key = path.first else { return true }
    switch self {
    case .group(let group): return group[key]?.holds(path.dropFirst()) ?? false
    case .list(let list):
      guard let index = Int(key), list.indices.contains(index) else { return false }
      return list[index].holds(path.dropFirst())
    default: return false
    }
  }

  /// Sets the value at `path`, whose first `depth` keys lead to this setting.
  fileprivate mutating func set(_ path: [String], to value: Setting, depth: Int = 0) throws {
    guard depth < path.count else {
      self = value
      return
    }
    let key = path[depth]
    func wrong(_ problem: String) -> SettingError {
      SettingError(path: Array(path.prefix(depth)), problem: problem)
    }
    switch self {
    case .group(var group):
      try group[key, default: .none].set(path, to: value, depth: depth + 1)
      self = .group(group)
    case .none:
      var setting = Setting.none
      try setting.set(path, to: value, depth: depth + 1)
      self = .group([key: setting])
    case .list(var list):
      // `rows.0.loss` reaches into a list.
      guard let index = Int(key), "\(index)" == key, list.indices.contains(index) else {
        throw wrong(
          list.isEmpty
            ? "no '\(key.visible)': the list is empty"
            : "no '\(key.visible)'; the list goes from 0 to \(list.count - 1)")
      }
      try list[index].set(path, to: value, depth: depth + 1)
      self = .list(list)
    case .boolean, .number, .whole, .text:
      throw wrong("no '\(key.visible)': this is one value, not a group of settings")
    }
  }
}
