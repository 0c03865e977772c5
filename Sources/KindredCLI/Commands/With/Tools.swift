import Foundation
import Tensors

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The programs that `kindred with` needs, `swift` and `git`, and how they are run.
struct Tools {
  /// The folders in which they are looked for, as in `PATH`.
  let folders: String
  let console: Console

  /// The program of a name; `nil` if no folder has one.
  func path(of name: String) -> String? {
    folders.split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// The program of a name. Throws if there is none, with what it is needed for.
  func path(of name: String, which purpose: String) throws(CommandError) -> String {
    if let path = path(of: name) { return path }
    throw .missing("no folder of PATH has the program '\(name)', which \(purpose)")
  }

  /// Runs a program with all its output on standard error, so that standard output is the verb's
  /// alone. Returns its exit code.
  func run(_ program: String, _ arguments: [String]) throws(CommandError) -> Int32 {
    try spawn(program, arguments, output: 2, errors: 2)
  }

  /// Runs a program. Returns its exit code and what it wrote to standard output and standard error.
  func capture(
    _ program: String, _ arguments: [String]
  ) throws -> (code: Int32, output: Data, errors: String) {
    let files = try (0..<2).map { _ in
      let path = NSTemporaryDirectory() + "/kindred-\(UUID().uuidString)"
      try Data().write(to: URL(filePath: path))
      return path
    }
    defer { for file in files { try? FileManager.default.removeItem(atPath: file) } }
    let (output, errors) = try (
      FileHandle(forUpdating: URL(filePath: files[0])),
      FileHandle(forUpdating: URL(filePath: files[1]))
    )
    let code = try withExtendedLifetime((output, errors)) {
      try spawn(
        program, arguments, output: output.fileDescriptor, errors: errors.fileDescriptor)
    }
    return (
      code, try Data(file: files[0]), String(decoding: try Data(file: files[1]), as: UTF8.self)
    )
  }

  /// Becomes another program, which has this process's standard streams, and its environment with
  /// these variables. Returns only by throwing.
  static func become(
    _ program: String, called name: String, _ arguments: [String],
    setting variables: [String: String]
  ) throws(CommandError) -> Never {
    for (name, value) in variables { setenv(name, value, 1) }
    withCStrings([name] + arguments) { _ = execv(program, $0) }
    throw .failed("'\(program.visible)' cannot be run: \(String(cString: strerror(errno)))")
  }

  /// Foundation's `Process` gives a program a process group of its own, which Ctrl-C does not reach.
  private func spawn(
    _ program: String, _ arguments: [String], output: Int32, errors: Int32
  ) throws(CommandError) -> Int32 {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    var process = pid_t()
    let problem = Self.withCStrings([program] + arguments) {
      posix_spawn(&process, program, &actions, nil, $0, environ)
    }
    guard problem == 0 else {
      throw .failed("'\(program.visible)' cannot be run: \(String(cString: strerror(problem)))")
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let (signal, code) = (status & 0x7F, (status >> 8) & 0xFF)
    return signal == 0 ? code : 128 + signal
  }

  private static func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers = texts.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return body(&pointers)
  }
}
