import Distillation
import Tensors
import Training

extension Recipe {
  /// The name that stands in a row's loss for the weight to be chosen.
  static let weight = "weight"

  /// The settings of a row's students.
  package func student(of row: Row) -> StudentSettings { row.student ?? student }

  /// The settings of a row's teachers; `nil` if the teacher is a student, or if there is none.
  package func teacher(of row: Row) -> TeacherList? {
    row.taughtBy == nil ? row.teacher ?? teacher : nil
  }

  /// All different teachers, beginning with the recipe's own.
  package var teachers: [TeacherSettings] {
    ([teacher] + rows.map { teacher(of: $0) }).flatMap { $0?.all ?? [] }.reduce(into: []) {
      known, teacher in
      if !known.contains(teacher) { known.append(teacher) }
    }
  }

  /// The name of a teacher in results: its network or its file, behind the name that formulas call it by, if it
  /// has one: `small (resnet8:4)`. If an earlier teacher has the same, its number among all teachers is added, as it
  /// is in the name of its file.
  package func nameOfTeacher(_ index: Int) -> String {
    let teachers = teachers
    func words(_ teacher: TeacherSettings) -> String {
      teacher.name.map { "\($0) (\(teacher.what))" } ?? teacher.what
    }
    let own = words(teachers[index])
    return teachers[..<index].contains { words($0) == own } ? "\(own), number \(index + 1)" : own
  }

  /// The path in the recipe where a teacher is set, for errors.
  func path(of teacher: TeacherSettings) -> [String] {
    for (list, path) in [(self.teacher, ["teacher"])]
      + rows.enumerated().map({ ($1.teacher, ["rows[\($0)]", "teacher"]) })
    {
      if let index = list?.all.firstIndex(of: teacher) {
        return list?.path(of: index, in: path) ?? path
      }
    }
    return ["teacher"]
  }

  /// The path of a row's student settings, for errors.
  func pathOfStudent(_ index: Int) -> [String] {
    (rows[index].student == nil ? [] : ["rows[\(index)]"]) + ["student"]
  }

  /// Throws ``SettingError`` if something is wrong with the rows' own settings.
  func validateRows() throws {
    for (index, row) in rows.enumerated() {
      func wrong(_ key: String, _ problem: String) -> SettingError {
        SettingError(path: ["rows[\(index)]", key], problem: problem)
      }
      try row.student?.training.validate(in: ["rows[\(index)]", "student", "training"])
      try row.teacher?.validate(in: ["rows[\(index)]", "teacher"])
      if let name = row.taughtBy {
        let earlier = rows[..<index].map { $0.name }
        guard earlier.contains(name) else {
          let hint = suggestion(for: name, in: earlier).visible
          throw wrong(
            "taughtBy", "no row '\(name.visible)' before this one\(hint); \(choices(earlier))")
        }
        guard row.teacher == nil else {
          throw wrong(
            "teacher", "the row is taught by '\(name.visible)' and can have no other teacher")
        }
        guard row.weights.isEmpty else {
          throw wrong("weights", "no weight is chosen if a student is the teacher")
        }
      }
      guard row.loss.contains(/\bweight\b/) == !row.weights.isEmpty else {
        throw row.weights.isEmpty
          ? wrong("loss", "it has a 'weight', and the row has no 'weights' to choose it from")
          : wrong("weights", "the loss has no 'weight' that would be one of them")
      }
      guard Set(row.weights).count == row.weights.count, row.weights.allSatisfy({ $0 > 0 }) else {
        throw wrong("weights", "expected different numbers above 0, not \(row.weights)")
      }
    }
    guard (0...20).contains(validation.extend) else {
      throw SettingError(
        path: ["validation", "extend"], problem: "expected 0 to 20, not \(validation.extend)")
    }
    for (index, row) in rows.enumerated() where validation.extend > 0 && row.weights.count == 1 {
      throw SettingError(
        path: ["rows[\(index)]", "weights"],
        problem: "one weight says not how far from it the next is, for 'validation.extend'")
    }
    guard (1...1_000_000).contains(validation.images) else {
      throw SettingError(
        path: ["validation", "images"],
        problem: "expected 1 to 1000000, not \(validation.images)")
    }
    guard rows.contains(where: { !$0.weights.isEmpty }) else { return }
    let metrics = ["accuracy"] + evaluation.namesForValidation
    guard metrics.contains(validation.metric) else {
      let hint = suggestion(for: validation.metric, in: metrics)
      throw SettingError(
        path: ["validation", "metric"],
        problem: """
          a weight cannot be chosen by '\(validation.metric.visible)'\(hint); \(choices(metrics))
          """)
    }
  }
}

extension [String: Setting] {
  /// The settings of a recipe in which every row's student and teacher inherit the recipe's
  /// settings, except for those that the row gives.
  func withInheritance() -> Self {
    guard case .list(let rows) = self["rows"] else { return self }
    var settings = self
    settings["rows"] = .list(
      rows.map { row in
        guard case .group(var row) = row else { return row }
        for key in ["student", "teacher"] {
          if let own = row[key], let inherited = self[key],
            key != "teacher" || !own.isTeacherOfAnotherKind(than: inherited)
          {
            row[key] = inherited.replaced(by: own)
          }
        }
        return .group(row)
      })
    return settings
  }
}

extension Setting {
  /// This setting with the values that another one gives.
  fileprivate func replaced(by other: Setting) -> Setting {
    guard case .group(let own) = self, case .group(let others) = other else { return other }
    return .group(own.merging(others) { $0.replaced(by: $1) })
  }
}
