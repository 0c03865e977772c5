public import Distillation
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
    case .malformed, .tooFewImages: .badData
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
