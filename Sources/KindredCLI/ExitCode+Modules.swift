public import Distillation
public import Experiments
public import TensorFiles
public import Training

// The exit codes of the errors that the modules below throw.

extension DistillationError: ExitCodeError {
  /// A formula that is not valid, or does not fit its outputs, counts as bad data.
  public var exitCode: ExitCode { .badData }
}

extension TermError: ExitCodeError {
  /// The exit code is that of its cause.
  public var exitCode: ExitCode { (cause as? any ExitCodeError)?.exitCode ?? .failed }
}

extension SettingError: ExitCodeError {
  /// A setting that is not valid counts as bad data.
  public var exitCode: ExitCode { .badData }
}

extension TensorFileError: ExitCodeError {
  /// A file that does not hold the tensors that are asked for counts as bad data.
  public var exitCode: ExitCode { .badData }
}

extension FileError: ExitCodeError {
  /// A file that does not exist is missing; all other problems are of input and output.
  public var exitCode: ExitCode {
    switch self {
    case .missing: .missingFile
    case .unreadable, .exists, .unwritable: .inputOutput
    }
  }
}

extension DataSetError: ExitCodeError {
  /// A data set that is not found is missing; all other problems are bad data.
  public var exitCode: ExitCode {
    switch self {
    case .notFound: .missingFile
    case .malformed, .tooFewImages, .unknown: .badData
    }
  }
}

extension TrainingError: ExitCodeError {
  /// A training that diverges has failed; all other problems are bad data.
  public var exitCode: ExitCode {
    switch self {
    case .diverged: .failed
    default: .badData
    }
  }
}

extension ExperimentError: ExitCodeError {
  /// The exit code says whether data are bad, a run is missing, a folder cannot be used, or the run
  /// was interrupted.
  public var exitCode: ExitCode {
    switch self {
    case .results, .student, .checkpoint, .packageChanged: .badData
    case .noRun, .noRunToResume, .stageNotDone, .missingTrainings: .missingFile
    case .waitedTooLong: .failed
    case .folderExists, .interruptedRunExists, .isInUse, .cannotShare, .shardIsRunning,
      .wouldOverwriteTeacher,
      .wouldOverwriteStart, .cannotWrite:
      .inputOutput
    case .interrupted: .interrupted
    }
  }
}
