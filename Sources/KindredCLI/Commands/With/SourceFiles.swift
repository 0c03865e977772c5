import Foundation
import TensorFiles

/// The files of packages that a build depends on: manifests, pinned versions, and all sources.
struct SourceFiles {
  let folders: [String]
  /// More files of these folders, and folders with such files.
  var resources: [String] = []

  private static let extensions: Set = [
    "swift", "c", "cc", "cpp", "cxx", "h", "hpp", "m", "mm", "s", "S", "inc", "modulemap",
  ]

  /// A number that changes when a file is added, removed or changed: the checksum of all paths,
  /// sizes and times.
  var checksum: String {
    var checksum = Checksum()
    for folder in folders {
      for file in files(in: folder).sorted(by: { $0.path < $1.path }) {
        let values = try? file.resourceValues(forKeys: Self.keys)
        let time = values?.contentModificationDate?.timeIntervalSinceReferenceDate ?? 0
        checksum.add("\(file.path) \(values?.fileSize ?? 0) \(time)\n")
      }
    }
    return checksum.text
  }

  /// A number that changes when the code that is built of the folders may do something else: the
  /// checksum of the files' contents, and of their paths in the folders. Tests and times do not
  /// matter, and pinned versions are not in it.
  var contentChecksum: String {
    var checksum = Checksum()
    for folder in folders {
      for file in files(in: folder).sorted(by: { $0.path < $1.path })
      where !file.path.hasPrefix(folder + "/Tests/") && file.lastPathComponent != Self.pins {
        let text = (try? Data(contentsOf: file)) ?? Data()
        checksum.add("\(file.path.dropFirst(folder.count)) \(text.count)\n")
        text.withUnsafeBytes { checksum.add($0) }
      }
    }
    return checksum.text
  }

  /// The Swift files, in the order of their paths.
  var swift: [URL] {
    folders.flatMap { files(in: $0) }.filter { $0.pathExtension == "swift" }
      .sorted { $0.path < $1.path }
  }

  /// Whether a Swift file has a word in it.
  func contain(_ word: String) -> Bool {
    swift.contains { (try? String(contentsOf: $0, encoding: .utf8))?.contains(word) == true }
  }

  /// The file of the versions that SwiftPM takes.
  static let pins = "Package.resolved"

  private static let keys: Set<URLResourceKey> = [.contentModificationDateKey, .fileSizeKey]

  /// Whatever is in a folder `Sources`, which may be a resource, and resources and source files
  /// anywhere else.
  /// Hidden folders, such as `.build`, are left out.
  private func files(in folder: String) -> [URL] {
    let root = URL(filePath: folder)
    let whole = resources.map { URL(filePath: $0).standardizedFileURL.path }
    let sources = root.appending(path: "Sources").path
    let files = FileManager.default.enumerator(
      at: root, includingPropertiesForKeys: Array(Self.keys), options: .skipsHiddenFiles)
    return (files?.allObjects as? [URL] ?? []).filter { file in
      Self.extensions.contains(file.pathExtension) || file.lastPathComponent == Self.pins
        || (whole + [sources]).contains { file.path == $0 || file.path.hasPrefix($0 + "/") }
    }
  }
}
