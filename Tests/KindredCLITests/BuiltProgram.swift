import Foundation
import Goldens

/// The `kindred` that is built beside these tests, in a process of its own.
enum BuiltProgram {
  static func run(
    _ arguments: [String], in folder: ScoreFolder, at place: String? = nil
  ) throws -> (code: Int32, output: Data, errors: String) {
    let process = Process()
    process.executableURL = try url()
    process.arguments = arguments
    if let place { process.currentDirectoryURL = URL(filePath: place) }
    let (output, errors) = (folder.path("output.txt"), folder.path("errors.txt"))
    for path in [output, errors] { try Data().write(to: URL(filePath: path)) }
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
    try process.run()
    process.waitUntilExit()
    return (
      process.terminationStatus, try Data(contentsOf: URL(filePath: output)),
      try String(contentsOfFile: errors, encoding: .utf8)
    )
  }

  /// Runs the program until it has written so many lines to standard error, and then, while it
  /// runs, `act`, which can send it signals. Returns whether one ended it, its exit code, and what it
  /// wrote.
  static func run(
    _ arguments: [String], untilLines lines: Int, then act: (_ send: (Int32) -> Void) throws -> Void
  ) throws -> (wasKilled: Bool, code: Int32, errors: String) {
    let process = Process()
    process.executableURL = try url()
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = pipe
    try process.run()
    // Once it has ended, its number may be another's.
    func send(_ signal: Int32) {
      if process.isRunning { kill(process.processIdentifier, signal) }
    }
    defer { send(SIGKILL) }
    var errors = Data()
    var hasActed = false
    while case let text = pipe.fileHandleForReading.availableData, !text.isEmpty {
      errors += text
      guard !hasActed, errors.count(where: { $0 == UInt8(ascii: "\n") }) >= lines else { continue }
      hasActed = true
      try act(send)
    }
    process.waitUntilExit()
    return (
      process.terminationReason == .uncaughtSignal, process.terminationStatus,
      String(decoding: errors, as: UTF8.self)
    )
  }

  /// The nearest `kindred` above the golden vectors, which are a resource of the build.
  static func url() throws -> URL {
    var folder = GoldenFile.folder
    while folder.pathComponents.count > 1 {
      folder.deleteLastPathComponent()
      let program = folder.appending(path: "kindred")
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: program.path, isDirectory: &isFolder),
        !isFolder.boolValue
      {
        return program
      }
    }
    throw NotBuilt()
  }

  struct NotBuilt: Error, CustomStringConvertible {
    let description = "there is no program 'kindred' above \(GoldenFile.folder.path)"
  }
}
