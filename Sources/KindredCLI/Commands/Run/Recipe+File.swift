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
    // A path in a recipe is relative to the recipe's folder, and one on the command line is not.
    data.directory =
      Experiment.folder(ofRecipe: path).isEmpty
      ? directory : URL(fileURLWithPath: directory).path
  }
}

extension Experiment {
  /// The folder that paths in a recipe are relative to; empty for the current one.
  static func folder(ofRecipe path: String) -> String {
    (path as NSString).deletingLastPathComponent
  }

  /// Makes the experiment of a recipe that was read from a file. An error names the file.
  init(
    _ recipe: Recipe, file path: String, registry: Registry, networks: Networks
  ) throws {
    do {
      try self.init(
        recipe, registry: registry, networks: networks, in: Self.folder(ofRecipe: path))
    } catch let error as SettingError {
      throw CommandError.badData("\(path.visible): \(error)")
    } catch let error as TrainingError {
      throw CommandError.badData("\(path.visible): \(error)")
    }
  }
}
