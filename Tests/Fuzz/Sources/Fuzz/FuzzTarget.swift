import Foundation

/// A reader, and what must hold for any bytes that it gets. A trap ends the process; that is how
/// libFuzzer learns that an input is a finding.
struct FuzzTarget: Sendable {
  let name: String
  let read: @Sendable ([UInt8]) -> Void

  static let all: [FuzzTarget] = [
    .tensors("npy"), .tensors("npz"), .tensors("safetensors"), .idx, .checkpoint, .runState,
    .results, .diagnostics, .metrics, .recipe, .settings, .formula, .vectors, .csv, .arrays,
    .picture,
    .onnx,
  ]
}

/// Returns the result of `body`, or `nil` if it refuses its input with an error of one of these
/// types. The error's message is then written out, since a message can trap too.
func accepted<Result>(
  unless refusals: (any Error.Type)..., by body: () throws -> Result
) -> Result? {
  do {
    return try body()
  } catch {
    guard refusals.contains(where: { $0 == type(of: error) }) else {
      fatalError("an error of another kind: \(type(of: error)): \(error)")
    }
    check(!"\(error)".isEmpty, "an error without a message")
    return nil
  }
}

/// Returns the result of `body`, which must not throw.
func required<Result>(_ what: String, _ body: () throws -> Result) -> Result {
  do {
    return try body()
  } catch {
    fatalError("\(what): \(error)")
  }
}

func check(_ isRight: Bool, _ problem: @autoclosure () -> String) {
  guard isRight else { fatalError(problem()) }
}

/// Files for readers that take a path, in the folder that `TMPDIR` names.
enum Scratch {
  private static let folder: String = {
    let folder = NSTemporaryDirectory() + "fuzz-\(ProcessInfo.processInfo.processIdentifier)"
    required("no folder") {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    return folder
  }()

  static func path(_ name: String) -> String { folder + "/" + name }

  /// Writes a file with this content and returns its path.
  static func file(_ name: String, _ bytes: [UInt8]) -> String {
    let path = path(name)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
    check(count == bytes.count, "\(path) cannot be written")
    return path
  }
}
