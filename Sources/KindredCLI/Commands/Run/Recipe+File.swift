import Distillation
import Experiments
import Foundation
import Tensors
import Training

extension Recipe {
  /// The recipe in a file, with settings replaced, and its data in a folder where one is given.
  ///
  /// Throws what is wrong with the file, with its name.
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
  /// The experiment of a recipe that is in a file. Throws what is wrong with it, with its name.
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
