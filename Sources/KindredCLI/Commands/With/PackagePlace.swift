import Foundation
import TensorFiles
import Tensors

/// Where a package with papers is: in a folder, or at a URL.
enum PackagePlace: Equatable {
  case folder(String)
  case url(String, at: String?, update: Bool)

  /// Reads what the command line says. A URL has a scheme, or is `user@host:path`.
  init(_ word: String, at revision: String?, update: Bool) throws(CommandError) {
    if word.contains("://") || word.wholeMatch(of: /[^\/:@]+@[^\/:@]+:.+/) != nil {
      self = .url(word, at: revision, update: update)
      return
    }
    if revision != nil || update {
      let label = revision != nil ? "--at" : "--update"
      throw .invalidUse("'\(label)' is for a URL: the folder '\(word)' is taken as it is")
    }
    self = .folder(word)
  }

  /// As the command line named it.
  var name: String {
    switch self {
    case .folder(let path): path
    case .url(let url, _, _): url
    }
  }

  /// The package's folder, with symbolic links resolved. Throws if there is no package in it, or if
  /// it cannot be fetched.
  func folder(fetchedInto cache: BuildCache, by tools: Tools) throws -> String {
    switch self {
    case .folder(let path):
      try Self.checkPackage(path, called: path)
      return URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path
    case .url(let url, let revision, let update):
      let folder = cache.checkout(of: url, at: revision)
      if update || !FileManager.default.fileExists(atPath: folder) {
        try Self.fetch(url, at: revision, into: folder, by: tools)
      }
      try Self.checkPackage(folder, called: url)
      return folder
    }
  }

  private static func checkPackage(_ folder: String, called name: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
      throw CommandError.missing(
        "there is no folder '\(name.visible)': 'with' takes the folder of a package, or a URL "
          + "such as https://example.org/papers.git")
    }
    guard !isFolder.boolValue else { return try checkManifest(folder, called: name) }
    throw CommandError.missing(
      "'\(name.visible)' is a file: 'with' takes the folder of a package, which has a Package.swift"
    )
  }

  private static func checkManifest(_ folder: String, called name: String) throws {
    func hasManifest(_ folder: URL) -> Bool {
      FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path)
    }
    let place = URL(filePath: folder).standardizedFileURL
    guard !hasManifest(place) else { return }
    var above = place.deletingLastPathComponent()
    while !hasManifest(above), above.pathComponents.count > 1 { above.deleteLastPathComponent() }
    let hint =
      hasManifest(above)
      ? "'\(above.path.visible)' has one"
      : "'kindred new package NAME' writes a package with a paper"
    throw CommandError.missing(
      "'\(name.visible)' is no package, since it has no Package.swift; \(hint)")
  }

  /// Has git fetch one commit. A first fetch takes its name when it is complete.
  private static func fetch(
    _ url: String, at revision: String?, into folder: String, by tools: Tools
  ) throws {
    let files = FileManager.default
    let git = try tools.path(of: "git", which: "fetches a package")
    let isNew = !files.fileExists(atPath: folder)
    let place = isNew ? "\(folder).\(UInt64.random(in: 0 ... .max))" : folder
    defer { if isNew { try? files.removeItem(atPath: place) } }
    tools.console.note(
      "kindred: fetching \(url.visible), \(revision.map { "at '\($0.visible)'" } ?? "its default branch")"
    )
    let commands =
      (isNew ? [["init", "--quiet", place]] : []) + [
        ["-C", place, "fetch", "--quiet", "--depth", "1", "--", url, revision ?? "HEAD"],
        ["-C", place, "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD"],
      ]
    for words in commands {
      guard try tools.run(git, words) == 0 else {
        throw CommandError.missing(
          "'\(url.visible)' was not fetched, for the reason that git gives above")
      }
    }
    if isNew { try files.moveItem(atPath: place, toPath: folder) }
    let commit = try tools.capture(git, ["-C", folder, "log", "-1", "--format=%h of %cs: %s"])
    let text = String(decoding: commit.output, as: UTF8.self)
    tools.console.note("kindred: fetched commit \(text.trimmingCharacters(in: .newlines))")
  }
}
