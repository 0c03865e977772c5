import Distillation
import Experiments
import Foundation
import Tensors
import Training

extension Recipe {
  /// Reads the recipe in a file and replaces settings. If a data folder is given, it becomes the
  /// recipe's.
  ///
  /// The error for a wrong file says what is wrong with it, and names the file.
  init(file path: String, replacing settings: [String], data directory: String?) throws {
    let text = try Data(file: path)
    do {
      self = try Recipe.read(text, replacing: settings)
    } catch {
      throw CommandError.badData("\(path.visible): \(error)")
    }
    guard let directory else { return }
    guard data.set != "glyphs" else {
      throw CommandError.invalidUse("'--data' names a folder, and 'glyphs' has no files")
    }
    data.directory = directory
  }
}

extension Experiment {
  /// Makes the experiment of a recipe that was read from a file. An error names the file.
  init(_ recipe: Recipe, file path: String, registry: Registry) throws {
    do {
      try self.init(recipe, registry: registry)
    } catch let error as SettingError {
      throw CommandError.badData("\(path.visible): \(error)")
    } catch let error as TrainingError {
      throw CommandError.badData("\(path.visible): \(error)")
    }
  }
}
