import Foundation

/// What helps if a program does not know a name, for a package with papers of its own.
struct PackageAdvice {
  /// What the running program is called.
  let program: String
  var folder = FileManager.default.currentDirectoryPath

  /// The command that knows the package's papers, after an error of a command of these words. The
  /// package is that of a recipe among them, or else that of the folder.
  func text(on error: any Error, of words: [String]) -> String? {
    guard !isOfAPackage, let part = UnknownPart(error), !part.hasNearName else { return nil }
    let here = URL(filePath: folder).resolvingSymlinksInPath()
    let recipes = words.filter { $0.hasSuffix(".json5") || $0.hasSuffix(".json") }
      .map { URL(filePath: $0, relativeTo: URL(filePath: folder, directoryHint: .isDirectory)) }
      .map { $0.absoluteURL.resolvingSymlinksInPath().deletingLastPathComponent() }
    guard let package = (recipes + [here]).lazy.compactMap({ Self.package(around: $0) }).first
    else { return nil }
    let place = Self.path(to: package, from: here)
    let start =
      place == "."
      ? "This folder is a package that uses Kindred." : "The package '\(place)' uses Kindred."
    let command = ([program, "with", place] + words).map { $0.shellWord }.joined(separator: " ")
    return "\(start) Its papers are known to:\n  \(command)"
  }

  /// Whether the program is one of 'kindred with PACKAGE'.
  private var isOfAPackage: Bool { program.contains(" ") }

  /// The nearest package at or above a folder, if it uses Kindred.
  private static func package(around folder: URL) -> URL? {
    var place = folder.standardizedFileURL
    while true {
      let file = place.appending(path: "Package.swift").path
      if let manifest = try? String(contentsOfFile: file, encoding: .utf8) {
        return manifest.contains(/\.product\(\s*name:\s*"Kindred"/) ? place : nil
      }
      guard place.pathComponents.count > 1 else { return nil }
      place.deleteLastPathComponent()
    }
  }

  /// A folder as one types it in another: `.`, `..`, `../Papers`.
  private static func path(to folder: URL, from here: URL) -> String {
    let (there, here) = (folder.pathComponents, here.pathComponents)
    let common = zip(there, here).prefix { $0 == $1 }.count
    let steps = here.dropFirst(common).map { _ in ".." } + there.dropFirst(common)
    return steps.isEmpty ? "." : steps.joined(separator: "/")
  }
}
