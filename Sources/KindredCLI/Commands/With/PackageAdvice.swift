import Foundation

/// What helps if a program does not know a name, in the folder of a package with papers of its own.
struct PackageAdvice {
  /// What the running program is called.
  let program: String
  var folder = FileManager.default.currentDirectoryPath

  /// The command that knows the package's papers, after an error of a command of these words.
  func text(on error: any Error, of words: [String]) -> String? {
    // Errors of formulas and recipes are texts, with the place in the file before them.
    guard "\(error)".contains(/\b(no (term|relation|matcher|knowledge)|nothing is named) '/),
      !isOfAPackage, usesKindred
    else { return nil }
    let command = ([program, "with", "."] + words.map { $0.shellWord }).joined(separator: " ")
    return "This folder is a package that uses Kindred. Its papers are known to:\n  \(command)"
  }

  /// Whether the program is one of 'kindred with PACKAGE'.
  private var isOfAPackage: Bool { program.contains(" ") }

  private var usesKindred: Bool {
    let manifest = try? String(contentsOfFile: folder + "/Package.swift", encoding: .utf8)
    return manifest?.contains(/\.product\(\s*name:\s*"Kindred"/) == true
  }
}
