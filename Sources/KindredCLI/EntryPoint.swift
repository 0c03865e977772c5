import Foundation
import Tensors

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Runs a program on the words that this process was started with, and ends the process.
public func main(_ program: Program) -> Never {
  signal(SIGPIPE, SIG_IGN)  // A reader that goes away is the business of `TextStream`.
  signal(SIGXFSZ, SIG_IGN)  // A file beyond `ulimit -f` is an error of its writing.
  ControlC.install()
  if let problem = problem(in: ProcessInfo.processInfo.environment) {
    Console.standard.note("\(program.name): \(problem)")
    exit(ExitCode.usage.rawValue)
  }
  let words = Array(CommandLine.arguments.dropFirst())
  exit(program(words, console: .standard).rawValue)
}

/// What cannot be followed in the variables that choose kernels and threads: the libraries take
/// the defaults there, and only a command can say so.
func problem(in environment: [String: String]) -> String? {
  let kernels = Kernels.available.map { "\($0)" }
  if let name = environment["KINDRED_KERNELS"], !kernels.contains(name) {
    return "KINDRED_KERNELS is '\(name)'; this processor has \(kernels.joined(separator: ", "))"
  }
  if let threads = environment["KINDRED_THREADS"], Int(threads).map({ $0 >= 1 }) != true {
    return "KINDRED_THREADS is '\(threads)', and not a number of 1 or more"
  }
  return nil
}

extension Console {
  /// This process's standard output and standard error.
  public static let standard = Console(
    output: .standardOutput, errors: .standardError,
    environment: ["CI", "NO_COLOR", "TERM"].reduce(into: [:]) { environment, name in
      environment[name] = getenv(name).map { String(cString: $0) }
    })
}
