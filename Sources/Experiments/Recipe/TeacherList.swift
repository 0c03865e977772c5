import Distillation
import Tensors
import Training

/// The teacher of a recipe or of a row, or several teachers. A recipe writes one as a group of settings,
/// and several as a list.
@dynamicMemberLookup
package struct TeacherList: Codable, Hashable, Sendable {
  /// The teachers, of which there is at least one. A loss that says nothing else reads the first.
  package var all: [TeacherSettings]

  package init(_ all: [TeacherSettings]) { self.all = all }

  /// A setting of the first teacher.
  package subscript<Value>(dynamicMember setting: KeyPath<TeacherSettings, Value>) -> Value {
    all[0][keyPath: setting]
  }

  package init(from decoder: any Decoder) throws {
    guard var list = try? decoder.unkeyedContainer() else {
      all = [try decoder.singleValueContainer().decode(TeacherSettings.self)]
      return
    }
    all = []
    while !list.isAtEnd { all.append(try list.decode(TeacherSettings.self)) }
  }

  package func encode(to encoder: any Encoder) throws {
    if all.count == 1 {
      var container = encoder.singleValueContainer()
      try container.encode(all[0])
    } else {
      var container = encoder.unkeyedContainer()
      for teacher in all { try container.encode(teacher) }
    }
  }
}

extension TeacherList {
  /// Throws ``SettingError`` if a setting is impossible.
  func validate(in path: [String]) throws {
    guard !all.isEmpty else {
      throw SettingError(path: path, problem: "expected a teacher, or a list of teachers")
    }
    for index in all.indices {
      let own = self.path(of: index, in: path)
      try all[index].training.validate(in: own + ["training"])
      try all[index].validateFile(in: own)
      if all[index].seed == .each, all[index].load != nil {
        throw SettingError(
          path: own + ["seed"],
          problem: "the teacher is loaded, so it is the same for each seed of the students")
      }
      guard let name = all[index].name else { continue }
      let isWord = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
      guard isWord, name.first?.isLetter == true, !["mean", "none", "true", "false"].contains(name)
      else {
        throw SettingError(
          path: own + ["name"],
          problem: """
            expected a word of letters, digits and _ that formulas do not use, not '\(name.visible)'
            """)
      }
      guard !all[..<index].contains(where: { $0.name == name }) else {
        throw SettingError(path: own + ["name"], problem: "'\(name)' is taken")
      }
    }
  }

  /// The path of a teacher in the recipe, for errors, from that of the list.
  func path(of index: Int, in path: [String]) -> [String] {
    guard all.count > 1, let last = path.last else { return path }
    return path.dropLast() + ["\(last)[\(index)]"]
  }
}
