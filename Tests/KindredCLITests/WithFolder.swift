import Foundation
import Testing

@testable import KindredCLI

/// A folder for one test of `kindred with`: a package, a cache, and a program `swift` that answers
/// as SwiftPM does, builds a shell script, and notes what it was asked.
final class WithFolder {
  let path = URL(filePath: NSTemporaryDirectory() + "kindred-with-" + UUID().uuidString)
    .resolvingSymlinksInPath().path

  var package: String { path + "/Papers" }

  var cache: BuildCache { BuildCache(environment: environment) }

  /// What `swift` is found with.
  var environment: [String: String] {
    ["PATH": "\(path)/bin:/usr/bin:/bin", "HOME": path, "KINDRED_CACHE": path + "/cache"]
  }

  init() throws {
    try write(
      """
      #!/bin/sh
      echo "$*" >> \(path)/calls
      scratch=$(echo "$*" | sed 's/.*--scratch-path //; s/ .*//')
      case "$*" in
        *dump-package)
          cat \(path)/dump.json 2> /dev/null && exit
          echo "Package.swift:3:1: error: of the manifest" >&2; exit 1 ;;
        *show-dependencies*)
          echo '{"path": "", "dependencies": [{"path": "\(path)/kindred", "dependencies": []}]}' ;;
        build*)
          echo "compiling"; cat \(path)/errors 2> /dev/null && exit 1
          mkdir -p "$scratch/release"
          cp \(path)/verb "$scratch/release/\(cache.programName(of: package))" ;;
      esac

      """, "bin/swift")
    try write(
      """
      #!/bin/sh
      echo "verb: $*"; echo "package: $KINDRED_PACKAGE"; cat; echo "said" >&2; exit 3

      """, "verb")
    for program in ["bin/swift", "verb"] { try makeExecutable(program) }
    try write(ManifestDumps.ofFolder("\(path)/kindred"), "dump.json")
    try write("// manifest", "Papers/Package.swift")
    try write("// kindred_papers", "Papers/Sources/Example/Example.swift")
    try write("// manifest", "kindred/Package.swift")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// What `swift` was asked, and forgets it.
  func calls() -> [String] {
    let file = path + "/calls"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { line in
      ["dump-package", "show-dependencies", "build"].first { line.contains($0) } ?? String(line)
    }
  }

  /// Makes the program in this process; it is not run.
  func program() throws -> (path: String, checksum: String, notes: String) {
    let recording = Recording()
    let tools = Tools(folders: environment["PATH"] ?? "", console: recording.console())
    let build = ProgramBuild(
      package: package, name: "Papers", cache: cache, tools: tools)
    let program = try build.program()
    return (program.path, program.checksum, recording.errors)
  }

  func write(_ text: String, _ name: String) throws {
    let file = URL(filePath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// Another process writes the program. If this one did, a process that another test starts at that
  /// moment would hold the file open for writing, and Linux refuses to run such a file.
  private func makeExecutable(_ name: String) throws {
    let file = path + "/" + name
    let text = file + ".text"
    try FileManager.default.moveItem(atPath: file, toPath: text)
    let process = try Process.run(
      URL(filePath: "/usr/bin/install"), arguments: ["-m", "755", text, file])
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: path + "/" + name)
  }
}
