import Distillation
import Experiments
import Tensors

/// What can be wrong with a command line, and with what a command was asked to do.
public enum CommandError: Error, Equatable {
  // The command line.
  /// A verb that is none of those that are available.
  case unknownVerb(String, available: [String])
  /// An option that is none of those that are available.
  case unknownOption(String, available: [String])
  /// A word that the command does not take.
  case unexpectedArgument(String)
  /// A value that was joined to a flag, which takes none.
  case unexpectedValue(String, label: String)
  /// Parameters that must be given, as the usage line has them.
  case missingParameters([String])
  /// An option, or an argument, that was given without its value.
  case missingValue(String)
  /// An option that was given more than once and may be given only once.
  case repeatedOption(String)
  /// A word that is not a value of its parameter; `expected` completes "takes …", and `choices` are
  /// all values if these are few.
  case invalidValue(String, label: String, expected: String, choices: [String])
  /// Parameters that do not go together, or a use that the text explains.
  case invalidUse(String)

  // What it asked for.
  /// The command did its work, and the result is a failure that the text describes: a check that does
  /// not pass, a run that diverged.
  case failed(String)
  /// A file, a recipe or a formula does not hold what it must, as the text says.
  case badData(String)
  /// Something that is needed is not there, as the text says.
  case missing(String)
  /// The file or the folder exists and would be overwritten.
  case fileExists(String)
  /// The folder has a run that did not end.
  case interruptedRunExists(String)
  /// The folder has no run that could be continued.
  case noRunToResume(String)
  /// The file would replace an input, which `label` names.
  case wouldOverwriteInput(String, label: String)
  /// The folder is not a checkout of Kindred, because it lacks `missing`.
  case notACheckout(String, missing: String)
  /// Writing failed, for the reason that the system gave.
  case cannotWrite(String, reason: String)
  /// Ended by Ctrl-C, or by the signal TERM.
  case interrupted
}

extension CommandError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownVerb(let name, let available):
      let hint =
        suggestion(for: name, in: available)
        ?? "; choose from " + available.map { "'\($0)'" }.joined(separator: ", ")
      return "unknown verb '\(name.visible)'\(hint)"
    case .unknownOption(let label, let available):
      return "unknown option '\(label.visible)'\(suggestion(for: label, in: available) ?? "")"
    case .unexpectedArgument(let word): return "unexpected argument '\(word.visible)'"
    case .unexpectedValue(let word, let label):
      return "'\(label.visible)' takes no value, but was given '\(word.visible)'"
    case .missingParameters(let labels):
      return "missing " + labels.joined(separator: ", ", last: " and ")
    case .missingValue(let label): return "missing value for '\(label.visible)'"
    case .repeatedOption(let label): return "'\(label.visible)' was given more than once"
    case .invalidValue(let word, let label, let expected, let choices):
      let hint = suggestion(for: word, in: choices) ?? ""
      return "'\(label.visible)' takes \(expected), not '\(word.visible)'\(hint)"
    case .invalidUse(let text), .failed(let text), .badData(let text), .missing(let text):
      return text
    case .notACheckout(let folder, let missing):
      return """
        '\(folder.visible)' is no checkout of Kindred, since it has no \(missing): this is run \
        where Kindred's Package.swift is; 'kindred new package NAME' writes a paper in a \
        package of your own
        """
    case .fileExists(let path): return "'\(path.visible)' exists; --force overwrites it"
    case .interruptedRunExists(let path):
      return """
        '\(path.visible)' exists, with a run that did not end; --resume goes on with it, --force \
        replaces it
        """
    case .noRunToResume(let path):
      return
        "'\(path.visible)' has no run that --resume could go on with; --force replaces what it has"
    case .wouldOverwriteInput(let path, let label):
      return "'\(path.visible)' is the file of \(label), which is not replaced: name another"
    case .cannotWrite(let name, let reason): return "cannot write to \(name.visible): \(reason)"
    case .interrupted: return "interrupted"
    }
  }

  private func suggestion(for name: String, in names: [String]) -> String? {
    nearest(to: name, in: names).map { "; did you mean '\($0)'?" }
  }
}

extension CommandError: ExitCodeError {
  public var exitCode: ExitCode {
    switch self {
    case .unknownVerb, .unknownOption, .unexpectedArgument, .unexpectedValue, .missingParameters,
      .missingValue, .repeatedOption, .invalidValue, .invalidUse:
      .usage
    case .failed: .failed
    case .badData: .badData
    case .missing, .notACheckout, .noRunToResume: .missingFile
    case .fileExists, .interruptedRunExists, .wouldOverwriteInput, .cannotWrite:
      .inputOutput
    case .interrupted: .interrupted
    }
  }
}

extension CommandError {
  /// An error of a folder that options can help with, as one that names them; otherwise `nil`.
  init?(_ error: ExperimentError) {
    switch error {
    case .folderExists(let path): self = .fileExists(path)
    case .interruptedRunExists(let path): self = .interruptedRunExists(path)
    case .noRunToResume(let path): self = .noRunToResume(path)
    case .packageChanged:
      self = .badData(
        "\(error); --out names another folder, and --force in place of --resume begins anew")
    case .interrupted: self = .interrupted
    default: return nil
    }
  }
}
