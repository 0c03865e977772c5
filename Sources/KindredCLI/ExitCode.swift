/// What the command's exit code says, in the manner of `sysexits.h`.
public enum ExitCode: Int32, CaseIterable, Sendable {
  /// All was done that was asked for.
  case done = 0
  /// A check that failed, a run that diverged.
  case failed = 1
  /// The command line itself is wrong.
  case usage = 64
  /// A file, a recipe or a formula does not hold what it must.
  case badData = 65
  /// A file or a folder is not there.
  case missingFile = 66
  /// Reading or writing failed, or would overwrite something.
  case inputOutput = 74
  /// Ended by Ctrl-C, or by the signal TERM.
  case interrupted = 130
}

extension ExitCode {
  /// What it says, for the help.
  var meaning: String {
    switch self {
    case .done: "done"
    case .failed: "failed (a check, a run that diverged)"
    case .usage: "wrong usage"
    case .badData: "bad data"
    case .missingFile: "a file is missing"
    case .inputOutput: "input or output failed"
    case .interrupted: "interrupted"
    }
  }

  /// Every code with what it says: `0 done, 1 failed …`.
  static var meanings: String {
    allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: ", ")
  }
}

/// An error that knows the code with which the command exits. Its description is what the user
/// reads; an error that does not conform exits with ``ExitCode/failed``.
public protocol ExitCodeError: Error {
  /// The code with which the command exits.
  var exitCode: ExitCode { get }
}
