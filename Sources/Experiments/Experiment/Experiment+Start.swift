import Distillation
import Tensors
import Training

extension Experiment {
  /// The weights in a file from which the students of a row start; `nil` if the recipe names none.
  func start(ofRow index: Int, in folder: String) throws -> StartingWeights? {
    let row = rows[index]
    guard let load = row.settings.load else { return nil }
    let path = Recipe.path(load, in: folder)
    let setting = recipe.pathOfStudent(index)
    do {
      return try StartingWeights(path, for: row.network, except: row.settings.except ?? [])
    } catch let error as SettingError {
      throw SettingError(path: setting + ["except"], problem: error.problem)
    } catch let error as TrainingError {
      throw SettingError(path: setting + ["load"], problem: "\(error)")
    }
  }
}

extension Recipe {
  /// Throws ``SettingError`` if some weights are to start fresh and there is no file from which others start.
  func validateExceptions() throws {
    func check(_ settings: StudentSettings, at path: [String]) throws {
      guard let name = settings.except?.first, settings.load == nil else { return }
      throw SettingError(
        path: path + ["except"],
        problem: "all weights start fresh, not only '\(name.visible)': 'load' names no file")
    }
    // What the recipe excepts may be for rows, each with a file of its own.
    if rows.allSatisfy({ $0.student?.load == nil }) { try check(student, at: ["student"]) }
    for (index, row) in rows.enumerated() {
      guard let own = row.student, own.except != student.except else { continue }
      try check(own, at: pathOfStudent(index))
    }
  }
}
