import Foundation
import TensorFiles

/// The folder in which programs and fetched packages are kept. It may be removed at any time.
struct BuildCache {
  let folder: String

  /// The folder that `KINDRED_CACHE` names, otherwise `kindred` in the user's folder of caches.
  init(environment: [String: String]) {
    func folder(_ variable: String) -> String? {
      environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    if let named = environment["KINDRED_CACHE"], !named.isEmpty {
      self.folder = URL(filePath: named).standardizedFileURL.path
      return
    }
    let home = folder("HOME") ?? NSHomeDirectory()
    #if os(macOS)
      self.folder = home + "/Library/Caches/kindred"
    #else
      self.folder = (folder("XDG_CACHE_HOME") ?? home + "/.cache") + "/kindred"
    #endif
  }

  /// The folder of the program that is built for the package in a folder.
  func program(of package: String) -> String { path("programs", package) }

  /// The name of that program, which no other package's program has.
  func programName(of package: String) -> String {
    var checksum = Checksum()
    checksum.add(package)
    return "KindredWith_\(checksum.text)"
  }

  /// The folder for the files of a URL at a revision. Its last part is the name of the repository,
  /// which SwiftPM takes for the name of the package.
  func checkout(of url: String, at revision: String?) -> String {
    path("packages", url, revision.map { "@\($0)" } ?? "") + "/" + repositoryName(of: url)
  }

  private func path(_ kind: String, _ place: String, _ suffix: String = "") -> String {
    var checksum = Checksum()
    checksum.add(place + suffix)
    return "\(folder)/\(kind)/\(repositoryName(of: place))-\(checksum.text)"
  }
}
