import Foundation

/// A shell, or another program that tests need, of this machine.
///
/// A test of one that is not installed is skipped, unless `KINDRED_SHELLS` is `required`: then it
/// fails, so that continuous integration skips none.
struct InstalledShell {
  let name: String

  static let bash = InstalledShell(name: "bash")
  static let zsh = InstalledShell(name: "zsh")
  static let fish = InstalledShell(name: "fish")
  static let groff = InstalledShell(name: "groff")

  private static let environment = ProcessInfo.processInfo.environment

  var path: String? {
    (Self.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  var isExpected: Bool { path != nil || Self.environment["KINDRED_SHELLS"] == "required" }

  struct Missing: Error { let name: String }

  /// Runs it in a folder, and returns its exit code and what it wrote.
  func run(
    _ arguments: [String], in folder: ScoreFolder
  ) throws -> (code: Int32, output: String, errors: String) {
    guard let path else { throw Missing(name: name) }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder.path(""))
    process.standardInput = FileHandle.nullDevice
    let streams = [".output", ".errors"].map { URL(filePath: folder.path($0)) }
    for stream in streams { try Data().write(to: stream) }
    process.standardOutput = try FileHandle(forWritingTo: streams[0])
    process.standardError = try FileHandle(forWritingTo: streams[1])
    try process.run()
    process.waitUntilExit()
    return (
      process.terminationStatus, try String(contentsOf: streams[0], encoding: .utf8),
      try String(contentsOf: streams[1], encoding: .utf8)
    )
  }
}
