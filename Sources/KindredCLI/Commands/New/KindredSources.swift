import Foundation

/// Where a package takes Kindred from: a folder or a URL.
enum KindredSources: Equatable {
  case folder(String)
  case url(String)

  /// The folder in which this program was built, if it is still there.
  static func ofThisProgram() -> KindredSources? { with(file: #filePath) }

  /// The folder of Kindred that has a file in a folder of a command; `nil` if there is none, and if
  /// SwiftPM fetched it, since it removes such a folder when it likes.
  static func with(file: String) -> KindredSources? {
    var folder = URL(filePath: file)
    for _ in 0..<5 { folder.deleteLastPathComponent() }
    guard folder.deletingLastPathComponent().lastPathComponent != "checkouts",
      isKindred(folder.path)
    else { return nil }
    return .folder(folder.path)
  }

  /// Reads a word of the command line.
  init(_ word: String) throws(CommandError) {
    if case .url = try? PackagePlace(word, at: nil, update: false) {
      self = .url(word)
      return
    }
    let folder = URL(filePath: word).standardizedFileURL.path
    guard Self.isKindred(folder) else {
      throw .missing(
        "'\(word)' is not the folder of Kindred, which has a Package.swift and Sources/Kindred")
    }
    self = .folder(folder)
  }

  private static func isKindred(_ folder: String) -> Bool {
    ["Package.swift", "Sources/Kindred/Kindred.swift"].allSatisfy {
      FileManager.default.fileExists(atPath: "\(folder)/\($0)")
    }
  }

  /// The dependency as a manifest writes it.
  var dependency: String {
    switch self {
    case .folder(let path): ".package(name: \"kindred\", path: \(path.debugDescription))"
    case .url(let url): ".package(url: \(url.debugDescription), from: \"\(Program.version)\")"
    }
  }

  /// How targets refer to the dependency.
  var package: String {
    switch self {
    case .folder: "kindred"
    case .url(let url): repositoryName(of: url)
    }
  }
}
