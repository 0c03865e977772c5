import Distillation
import Foundation
import TensorFiles
import Tensors
import Training

/// Everything that decides the bits of a run. If two identities are equal, one run can go on where
/// the other stopped.
struct RunIdentity: Sendable {
  /// The parts of the identity by name, such as `recipe`.
  let entries: [String: String]

  /// The identity of an experiment that a program of this version runs, with the papers of a package
  /// of this checksum.
  init(of experiment: Experiment, version: String, package: String?) throws {
    var entries = [
      "recipe": try experiment.recipe.withoutPlaces.canonicalText, "version": version,
      "kernels": Kernels.current.description,
    ]
    entries["package"] = package
    let data = experiment.data
    for (name, images) in [
      ("training images", data.training), ("test images", data.test),
      ("retrieval images", data.retrieval),
    ] {
      entries[name] = Checksum(of: images).text
    }
    entries["other domain's images"] = data.domain.map { Checksum(of: $0).text }
    entries["teacher's file of test images"] = data.teacherFeatures.map {
      Checksum(of: ["features": $0]).text
    }
    for (index, teacher) in experiment.teachers.enumerated() {
      switch teacher.origin {
      case .trained: break
      case .loaded(let model):
        entries["loaded teacher" + (index == 0 ? "" : " \(index + 1)")] =
          Checksum(of: model.weights.tensors).text
      case .file(let stored):
        entries[index == 0 ? "teacher's file" : "file of teacher \(index + 1)"] = stored.checksum
      }
    }
    for row in experiment.rows {
      guard let start = row.start else { continue }
      entries[Self.start(of: row.name)] = start.checksum
    }
    self.entries = entries
  }

  /// The name of the entry for the weights that a row's students start from.
  static func start(of row: String) -> String { "file that '\(row)' starts from" }

  /// A description of the first change since `earlier` was noted; `nil` if there is none.
  func change(since earlier: [String: String]) -> String? {
    if let was = earlier["version"], was != entries["version"] {
      return "it was written by version \(was), and this is \(entries["version"] ?? "another")"
    }
    // The recipe comes next, because a change in it may change everything else.
    if let change = Recipe.change(from: earlier["recipe"] ?? "", to: entries["recipe"] ?? "") {
      return "the recipe has changed: \(change)"
    }
    for (name, isNow) in entries.sorted(by: { $0.key < $1.key })
    where name != "package" && earlier[name] != isNow {
      let was = earlier[name] ?? "none"
      return "the \(name) \(name.hasSuffix("s") ? "were" : "was") \(was), now \(isNow)"
    }
    return nil
  }

  /// Whether the package has changed since `earlier` was noted. Nothing is known of a run that had
  /// none.
  func isOfAnotherPackage(than earlier: [String: String]) -> Bool {
    Self.isAnother(entries["package"], than: earlier["package"])
  }

  /// Whether both are packages, and they differ.
  static func isAnother(_ isNow: String?, than was: String?) -> Bool {
    guard let isNow, let was else { return false }
    return isNow != was
  }
}

extension Recipe {
  /// The first setting in which another recipe differs, with both values; `nil` if none differs.
  package func change(to other: Recipe) throws -> String? {
    try Self.change(
      from: withoutPlaces.canonicalText, to: other.withoutPlaces.canonicalText)
  }

  /// The recipe without the folder of its data, whose checksums say which they are.
  var withoutPlaces: Recipe {
    var recipe = self
    recipe.data.directory = nil
    return recipe
  }

  /// The recipe with all its defaults as text. Equal recipes have equal texts.
  var canonicalText: String {
    get throws {
      String(decoding: try JSONEncoder.ordered(pretty: false).encode(self), as: UTF8.self)
    }
  }

  /// The first difference between two recipes given as text; another version may have written one
  /// of them.
  static func change(from was: String, to isNow: String) -> String? {
    guard was != isNow else { return nil }
    let settings = [was, isNow].map {
      (try? JSON5Parser.parse(Array($0.utf8))) ?? .none
    }
    guard let change = settings[0].change(to: settings[1]) else { return "a number has changed" }
    return "\(change.path.joined(separator: ".")) was \(change.was), now \(change.isNow)"
  }
}

extension Setting {
  /// The first difference from another setting, with the keys that lead to it.
  fileprivate func change(to other: Setting) -> (path: [String], was: String, isNow: String)? {
    guard self != other else { return nil }
    guard let parts, let others = other.parts, !parts.isEmpty, !others.isEmpty else {
      return ([], text, other.text)
    }
    for key in Set(parts.keys).union(others.keys).sorted() {
      guard let change = (parts[key] ?? .none).change(to: others[key] ?? .none) else { continue }
      return ([key] + change.path, change.was, change.isNow)
    }
    return nil
  }

  /// The parts of a group or a list, by the keys that `--set` uses.
  private var parts: [String: Setting]? {
    switch self {
    case .group(let settings): settings
    case .list(let settings):
      Dictionary(uniqueKeysWithValues: settings.enumerated().map { ("\($0)", $1) })
    default: nil
    }
  }

  /// The setting as JSON.
  private var text: String {
    guard let json = try? JSONEncoder.ordered(pretty: false).encode(self) else { return "unknown" }
    return String(decoding: json, as: UTF8.self)
  }
}
