import Foundation
import TensorFiles

/// A folder with Kindred's own sources, to which a paper can be added.
struct Checkout {
  /// A file to be written; `old` is what it holds, `nil` where there is none.
  struct Change {
    let path: String
    let old: String?
    let new: String
  }

  let root: String
  private let manifest: ManifestPapers

  private static let landmarks = [
    "Package.swift", "Plugins/README.md", "Sources/Kindred/Kindred.swift", "README.md",
    "docs/papers", "Tests/PapersTests/References",
  ]

  init(at folder: String) throws {
    root = folder
    let missing = Self.landmarks.filter {
      !FileManager.default.fileExists(atPath: Self.join(folder, $0))
    }
    let text = missing.isEmpty ? try Self.read("Package.swift", in: folder) : ""
    guard missing.isEmpty, let manifest = ManifestPapers(text) else {
      throw CommandError.notACheckout(folder, missing: missing.first ?? "'papers' in Package.swift")
    }
    self.manifest = manifest
  }

  /// The papers that Package.swift names.
  var papers: [String] { manifest.names }

  /// Everything that Package.swift names: targets, products, and the package itself.
  var targets: [String] { manifest.targets }

  /// The folders in Sources.
  var modules: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: Self.join(root, "Sources"))) ?? [])
      .filter { !$0.hasPrefix(".") }.sorted()
  }

  /// The file of every public type of the modules, which import every paper or which it imports.
  var publicTypes: [String: String] {
    var types: [String: String] = [:]
    for module in modules {
      let folder = "Sources/\(module)"
      let files = FileManager.default.enumerator(atPath: Self.join(root, folder))
      while let file = files?.nextObject() as? String {
        guard file.hasSuffix(".swift"),
          let text = try? Self.read("\(folder)/\(file)", in: root)
        else { continue }
        let declaration =
          /(?m)^public (?:final )?(?:struct|enum|class|protocol|typealias) (\w+)/
        for match in text.matches(of: declaration) {
          types[String(match.1)] = "\(folder)/\(file)"
        }
      }
    }
    return types
  }

  /// Everything that a paper consists of. Throws where a part of it is there already.
  func changes(adding template: PaperTemplate) throws -> [Change] {
    let name = template.name
    let new = [
      ("Plugins/\(name)/\(name).swift", template.source),
      ("Plugins/\(name)/Registration.swift", template.registration),
      ("docs/papers/\(name).md", template.page),
      ("Tests/PapersTests/References/\(name).swift", template.reference),
    ]
    for path in ["Plugins/\(name)"] + new.map({ $0.0 }) {
      guard !FileManager.default.fileExists(atPath: Self.join(root, path)) else {
        throw FileError.exists(file: path)
      }
    }
    return new.map { Change(path: $0.0, old: nil, new: $0.1) } + [
      try change("Package.swift") { _ in manifest.adding(name) },
      try change("Sources/Kindred/Kindred.swift") { Self.addingImport(of: name, to: $0) },
      try change("README.md") { Self.adding(row: template.row, to: $0) },
    ]
  }

  private func change(_ path: String, _ edit: (String) -> String?) throws -> Change {
    let old = try Self.read(path, in: root)
    guard let new = edit(old) else {
      throw CommandError.badData("'\(path)' has no papers, beside which another could stand")
    }
    return Change(path: path, old: old, new: new)
  }

  /// With an import in its place among those that are there.
  private static func addingImport(of name: String, to text: String) -> String? {
    let start = "@_exported public import "
    var lines = text.components(separatedBy: "\n")
    guard let last = lines.lastIndex(where: { $0.hasPrefix(start) }) else { return nil }
    let place = lines.firstIndex { $0.hasPrefix(start) && $0 > start + name } ?? last + 1
    lines.insert(start + name, at: place)
    return lines.joined(separator: "\n")
  }

  /// With a row below the last paper's.
  private static func adding(row: String, to text: String) -> String? {
    var lines = text.components(separatedBy: "\n")
    guard
      let last = lines.lastIndex(where: { $0.hasPrefix("| [`") && $0.contains("](docs/papers/") })
    else { return nil }
    lines.insert(row, at: last + 1)
    return lines.joined(separator: "\n")
  }

  /// Writes all changes, or none where one cannot be written.
  func apply(_ changes: [Change]) throws {
    let files = FileManager.default
    var undo: [() -> Void] = []
    do {
      for change in changes {
        let path = Self.join(root, change.path)
        let folder = (path as NSString).deletingLastPathComponent
        if !files.fileExists(atPath: folder) {
          try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
          undo.append { try? files.removeItem(atPath: folder) }
        }
        try AtomicFile.write(change.new, to: path, overwriting: change.old != nil)
        undo.append {
          if let old = change.old {
            try? AtomicFile.write(old, to: path, overwriting: true)
          } else {
            try? files.removeItem(atPath: path)
          }
        }
      }
    } catch {
      for step in undo.reversed() { step() }
      throw error
    }
  }

  private static func join(_ folder: String, _ path: String) -> String {
    (folder as NSString).appendingPathComponent(path)
  }

  private static func read(_ path: String, in folder: String) throws -> String {
    do {
      return try String(contentsOfFile: join(folder, path), encoding: .utf8)
    } catch {
      throw FileError.unreadable(file: path, reason: error.localizedDescription)
    }
  }
}
