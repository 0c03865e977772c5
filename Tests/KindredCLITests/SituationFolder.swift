import Foundation
import TensorFiles
import Tensors

/// A copy of one of the folders in `Situations/`, removed with all that is written into it.
final class SituationFolder {
  let path = NSTemporaryDirectory() + "kindred-" + UUID().uuidString

  init(_ name: String) throws {
    let original = Bundle.module.bundleURL.appending(path: "Situations/\(name)")
    try FileManager.default.copyItem(at: original, to: URL(filePath: path))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Runs the built `kindred` in this folder.
  func run(_ arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL = try BuiltProgram.url()
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: path)
    // Files, since a pipe that nobody reads meanwhile is full at some time.
    let streams = ["output", "errors"].map { URL(filePath: path + "/." + $0) }
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

  func tensors(_ name: String) throws -> [String: Tensor] {
    try TensorFile.read(path + "/" + name)
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: path + "/" + name, encoding: .utf8)
  }

  func files(_ name: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path + "/" + name)
      .filter { !$0.hasPrefix(".") }.sorted()
  }
}
