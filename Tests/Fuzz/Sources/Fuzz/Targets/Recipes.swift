import Foundation
import Kindred

@testable import Experiments
@testable import Training

extension FuzzTarget {
  /// A recipe that is written with all its defaults is a recipe that writes the same text.
  static let recipe = FuzzTarget(name: "recipe") { bytes in read(Data(bytes), []) }

  /// The values of `--set`, one a line, for a recipe with most of the keys.
  static let settings = FuzzTarget(name: "settings") { bytes in
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0) }
    read(Data(base.utf8), lines)
  }

  private static func read(_ data: Data, _ replacements: [String]) {
    let read = accepted(unless: TrainingError.self, SettingError.self) {
      try Recipe.read(data, replacing: replacements)
    }
    guard let recipe = read else { return }
    let text = required("a recipe is no JSON") { try recipe.canonicalText }
    let again = required("a recipe that was written is none: \(text)") {
      try Recipe.read(Data(text.utf8)).canonicalText
    }
    check(again == text, "\(text)\nbecame\n\(again)")
    plan(recipe)
  }

  /// Makes all checks that precede the training, on few images and without files.
  private static func plan(_ recipe: Recipe) {
    var recipe = recipe
    (recipe.data.set, recipe.data.directory) = ("glyphs", nil)
    (recipe.data.train, recipe.data.test) = (.count(64), .count(32))
    recipe.evaluation.domain = nil
    recipe.teacher = withoutFiles(recipe.teacher)
    (recipe.student.load, recipe.student.except) = (nil, nil)
    for index in recipe.rows.indices {
      recipe.rows[index].student?.load = nil
      recipe.rows[index].student?.except = nil
      recipe.rows[index].teacher = withoutFiles(recipe.rows[index].teacher)
    }
    _ = accepted(
      unless: TrainingError.self, DistillationError.self, DataSetError.self, SettingError.self
    ) { try Experiment(recipe, registry: .linked) }
  }

  /// The same teachers, none of which is loaded from a file.
  private static func withoutFiles(_ teachers: TeacherList?) -> TeacherList? {
    teachers.map { teachers in
      TeacherList(
        teachers.all.map { teacher in
          var teacher = teacher
          (teacher.load, teacher.outputs, teacher.fixed, teacher.test) = (nil, nil, nil, nil)
          return teacher
        })
    }
  }

  private static let base = """
    { name: "base", claim: "b", data: { set: "glyphs", train: 64, test: 32, heldOut: [] },
      teacher: { network: "mlp:2", training: { epochs: 1, batch: 32 } },
      student: { network: "mlp:2", training: { epochs: 1, batch: 32, images: 32 } },
      rows: [{ name: "a", loss: "ce" }, { name: "b", loss: "ce + kd" }],
      comparisons: [], evaluation: { recall: [1] }, validation: { images: 16 }, seeds: [1, 2] }
    """
}
