import Distillation
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
  signal(SIGPIPE, SIG_IGN)  // `TextStream` handles a reader that goes away.
  signal(SIGXFSZ, SIG_IGN)  // A file beyond `ulimit -f` is an error of its writing.
  ControlC.install()
  if let problem = problem(in: ProcessInfo.processInfo.environment) {
    Console.standard.note("\(program.name): \(problem)")
    exit(ExitCode.usage.rawValue)
  }
  let words = Array(CommandLine.arguments.dropFirst())
  if let problem = problem(inBytesOf: CommandLine.unsafeArgv, CommandLine.argc) {
    Console.standard.note("\(program.name): \(problem)")
    exit(ExitCode.usage.rawValue)
  }
  exit(program(words, console: .standard).rawValue)
}

/// What is wrong with the variables that choose kernels and threads: the libraries fall back to
/// their defaults, and only a command can say so.
func problem(in environment: [String: String]) -> String? {
  let kernels = Kernels.available.map { "\($0)" }
  if let name = environment["KINDRED_KERNELS"], !kernels.contains(name) {
    return "KINDRED_KERNELS is '\(name)'; this processor has \(kernels.joined(separator: ", "))"
  }
  if let threads = environment["KINDRED_THREADS"], ThreadCount(argument: threads) == nil {
    let range =
      Int(threads).map { $0 > 0 } == true ? "from 1 to \(ThreadCount.most)" : "of 1 or more"
    return "KINDRED_THREADS is '\(threads.visible)'; it must be a number \(range)"
  }
  return nil
}

/// Which argument is not UTF-8, if one is not: it would be read as another text than was given.
func problem(
  inBytesOf arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, _ count: Int32
) -> String? {
  for index in 1..<max(Int(count), 1) {
    guard let argument = arguments[index],
      String(validatingCString: argument) == nil
    else { continue }
    return "argument \(index) is not UTF-8: '\(String(cString: argument).visible)'"
  }
  return nil
}

/// What this process was called by: `kindred`, or the name of another package's program.
func calledName(_ arguments: [String] = CommandLine.arguments) -> String {
  let name = arguments.first.map { ($0 as NSString).lastPathComponent } ?? ""
  return name.isEmpty ? "kindred" : name
}

extension Console {
  /// This process's standard output and standard error.
  public static let standard = Console(
    output: .standardOutput, errors: .standardError,
    environment: ["CI", "NO_COLOR", "TERM"].reduce(into: [:]) { environment, name in
      environment[name] = getenv(name).map { String(cString: $0) }
    })
}
