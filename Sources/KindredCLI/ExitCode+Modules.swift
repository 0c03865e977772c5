public import Distillation
public import Experiments
public import TensorFiles
public import Training

// How the errors of the modules below map to exit codes.

extension DistillationError: ExitCodeError {
  public var exitCode: ExitCode { .badData }
}

extension SettingError: ExitCodeError {
  public var exitCode: ExitCode { .badData }
}

extension TensorFileError: ExitCodeError {
  public var exitCode: ExitCode { .badData }
}

extension FileError: ExitCodeError {
  public var exitCode: ExitCode {
    switch self {
    case .missing: .missingFile
    case .unreadable, .exists, .unwritable: .inputOutput
    }
  }
}

extension DataSetError: ExitCodeError {
  public var exitCode: ExitCode {
    switch self {
    case .notFound: .missingFile
    case .malformed, .tooFewImages, .unknown: .badData
    }
  }
}

extension TrainingError: ExitCodeError {
  public var exitCode: ExitCode {
    switch self {
    case .diverged: .failed
    default: .badData
    }
  }
}

extension ExperimentError: ExitCodeError {
  public var exitCode: ExitCode {
    switch self {
    case .results, .checkpoint: .badData
    case .noRunToResume: .missingFile
    case .folderExists, .interruptedRunExists, .isInUse, .wouldOverwriteTeacher, .cannotWrite:
      .inputOutput
    case .interrupted: .interrupted
    }
  }
}
