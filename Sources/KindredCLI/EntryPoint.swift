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
  ControlC.install()
  let words = Array(CommandLine.arguments.dropFirst())
  exit(program(words, console: .standard).rawValue)
}

extension Console {
  /// This process's standard output and standard error.
  public static let standard = Console(
    output: .standardOutput, errors: .standardError,
    environment: ["CI", "NO_COLOR", "TERM"].reduce(into: [:]) { environment, name in
      environment[name] = getenv(name).map { String(cString: $0) }
    })
}
