import Distillation
import Foundation
import Tensors

extension TeacherSettings {
  /// What gives the outputs: the network, or the name of the file.
  package var what: String { outputs.map { ($0 as NSString).lastPathComponent } ?? network }

  /// Throws ``SettingError`` if a teacher in a file has settings of a network, or a network has one of a file.
  func validateFile(in path: [String]) throws {
    func wrong(_ name: String, _ problem: String) -> SettingError {
      SettingError(path: path + [name], problem: problem)
    }
    guard outputs != nil else {
      for (name, isGiven) in [("fixed", fixed != nil), ("test", test != nil)] where isGiven {
        throw wrong(name, "it is of 'outputs' in a file, and there are none")
      }
      return
    }
    let standard = TeacherSettings()
    let others = [
      ("network", network != standard.network), ("load", load != nil),
      ("loss", loss != standard.loss), ("seed", seed != standard.seed),
      ("training", training != standard.training), ("size", size != nil),
      ("normalization", normalization != nil),
    ]
    if let (name, _) = others.first(where: { $0.1 }) {
      throw wrong(name, "it is of a network, and this teacher is a file, 'outputs'")
    }
  }
}

extension Setting {
  /// Whether a row's teacher is a file and the recipe's is a network, or the other way round. The row's then
  /// inherits nothing.
  func isTeacherOfAnotherKind(than inherited: Setting) -> Bool {
    guard case .group(let own) = self, case .group(let inherited) = inherited else { return false }
    let isOfNetwork = [
      "network", "load", "loss", "seed", "training", "size", "normalization",
    ].contains { own[$0] != nil }
    return own["outputs"] != nil
      ? inherited["outputs"] == nil : isOfNetwork && inherited["outputs"] != nil
  }
}
