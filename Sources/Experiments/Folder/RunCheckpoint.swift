import Foundation
import TensorFiles
import Tensors
import Training

/// The file from which an interrupted run goes on. It holds a state and a description of everything
/// that decides the bits of the run.
///
/// It is written whole or not at all, and its predecessor is kept.
struct RunCheckpoint: Sendable {
  static let format = "kindred-run/2"

  /// The name of the last file, and that of its predecessor.
  static let names = (last: "run.safetensors", previous: "run-previous.safetensors")

  private let experiment: Experiment
  private let identity: RunIdentity
  let path: String
  private let previous: String

  /// The checkpoint of a run.
  ///
  /// - Parameters:
  ///   - experiment: The experiment that is run.
  ///   - folder: A folder that belongs to this run alone.
  ///   - version: The version of the program that runs the experiment.
  ///   - package: The checksum of the package whose papers the program knows, if it knows one.
  /// - Throws: `EncodingError` if JSON cannot hold the recipe.
  init(
    of experiment: Experiment, in folder: String, version: String, package: String? = nil
  ) throws {
    self.init(
      of: experiment,
      identity: try RunIdentity(of: experiment, version: version, package: package),
      (folder as NSString).appendingPathComponent(Self.names.last),
      (folder as NSString).appendingPathComponent(Self.names.previous))
  }

  private init(
    of experiment: Experiment, identity: RunIdentity, _ path: String, _ previous: String
  ) {
    (self.experiment, self.identity, self.path, self.previous) =
      (experiment, identity, path, previous)
  }

  /// The checkpoint of one training of this run, in a file `NAME.safetensors` beside this one.
  func ofTraining(_ name: String) -> RunCheckpoint {
    let folder = (path as NSString).deletingLastPathComponent
    return RunCheckpoint(
      of: experiment, identity: identity,
      (folder as NSString).appendingPathComponent("\(name).safetensors"),
      (folder as NSString).appendingPathComponent("\(name)-previous.safetensors"))
  }

  /// Whether a folder has a run that was interrupted.
  static func exists(in folder: String) -> Bool {
    [names.last, names.previous].contains {
      FileManager.default.fileExists(atPath: (folder as NSString).appendingPathComponent($0))
    }
  }

  /// Whether there is a state, or the one before it.
  var isThere: Bool {
    [path, previous].contains { FileManager.default.fileExists(atPath: $0) }
  }

  /// Whether the state in a file is one in which a training has ended.
  static func hasEnded(_ path: String) -> Bool {
    guard let metadata = try? TensorFile.metadata(of: path), let students = metadata["students"],
      let progress = metadata["progress"].map({ Data($0.utf8) }),
      let decoded = try? CheckedJSON.decode(RunProgress.self, from: progress)
    else { return false }
    return students != "[]" || !decoded.all.isEmpty
  }

  /// Writes a state. The one that was written before is kept as the previous one.
  ///
  /// - Parameters:
  ///   - state: The state.
  ///   - notes: What else is to be known of the run, by names of their own.
  ///   - overwriting: Whether a state that is there may be replaced.
  /// - Throws: ``FileError``.
  func save(
    _ state: RunState, notes: [String: String] = [:], overwriting: Bool = true
  ) throws {
    let progress = try JSONEncoder.ordered(pretty: false).encode(RunProgress(of: state))
    let tensors = state.current?.training.trainee.tensors ?? [:]
    var metadata = identity.entries.merging(notes) { entry, _ in entry }
    metadata["format"] = Self.format
    metadata["progress"] = String(decoding: progress, as: UTF8.self)
    metadata["students"] = "[\(state.students.map { $0.json }.joined(separator: ","))]"
    metadata["checksum"] = Self.checksum(of: metadata, tensors)
    try TensorFile.write(
      tensors, to: path, metadata: metadata, overwriting: overwriting,
      keeping: overwriting ? previous : nil)
  }

  /// Reads the last state that was saved, or else its predecessor.
  ///
  /// - Parameters:
  ///   - file: Gives the path of the weights of a learner that is already trained.
  ///   - refused: Receives the reason if the last state cannot be used and its predecessor can,
  ///     which then takes its place.
  /// - Returns: A state from which the experiment goes on.
  /// - Throws: ``ExperimentError/checkpoint(path:problem:)`` if the file is damaged, of another
  ///   version or of another run; ``ExperimentError/packageChanged(path:)``; ``FileError``.
  func restore(
    file: (Learner) -> String, refused: (any Error) throws -> Void
  ) throws -> RunState {
    do {
      return try read(path, file)
    } catch let error as ExperimentError where error == .packageChanged(path: path) {
      // The one before it may be of a program that knew no package.
      throw error
    } catch {
      guard let state = try? read(previous, file) else { throw error }
      try refused(error)
      // The good file takes the place of the bad one, which would otherwise replace it at the next
      // save.
      guard rename(previous, path) == 0 else {
        throw FileError.unwritable(file: path, reason: FileError.systemReason)
      }
      return state
    }
  }

  /// Removes the state before the last one, since nothing goes on from there.
  func removePrevious() throws {
    guard unlink(previous) == 0 || errno == ENOENT else {
      throw FileError.unwritable(file: previous, reason: FileError.systemReason)
    }
  }

  /// Removes the saved states, since the run is finished.
  func remove() throws {
    for path in [previous, path] where unlink(path) != 0 && errno != ENOENT {
      throw FileError.unwritable(file: path, reason: FileError.systemReason)
    }
  }

  private func read(
    _ path: String, _ file: (Learner) -> String
  ) throws -> RunState {
    func refusal(_ problem: String) -> ExperimentError { .checkpoint(path: path, problem: problem) }
    do {
      let metadata = try TensorFile.metadata(of: path)
      guard let format = metadata["format"], format == Self.format else {
        throw refusal("its format is \(metadata["format"] ?? "unknown"), not \(Self.format)")
      }
      let tensors = try TensorFile.read(path)
      guard let progress = metadata["progress"], let students = metadata["students"],
        metadata["checksum"] == Self.checksum(of: metadata, tensors)
      else { throw refusal("it is damaged: its content does not have its checksum") }
      if let change = identity.change(since: metadata) {
        throw refusal(change)
      }
      if identity.isOfAnotherPackage(than: metadata) {
        throw ExperimentError.packageChanged(path: path)
      }
      return try CheckedJSON.decode(RunProgress.self, from: Data(progress.utf8)).state(
        of: experiment, tensors,
        students: CheckedJSON.decode([RunState.Student].self, from: Data(students.utf8)),
        file: file)
    } catch let error as TensorFileError {
      throw refusal("it is damaged: \(error.problem)")
    } catch TrainingError.foreignWeights(let problem) {
      throw refusal("it is of another network: \(problem)")
    } catch TrainingError.foreignLoss(let problem) {
      throw refusal("it is of another loss: \(problem)")
    } catch ExperimentError.results(let problem) {
      throw refusal("its progress is not a run's: \(problem)")
    } catch is DecodingError {
      throw refusal("its progress is not a run's")
    }
  }

  /// The checksum of everything in a file except the checksum itself.
  static func checksum(
    of metadata: [String: String], _ tensors: [String: Tensor]
  ) -> String {
    var checksum = Checksum(of: tensors)
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where key != "checksum" {
      checksum.add("\(key) \(value.utf8.count)\n\(value)")
    }
    return checksum.text
  }
}

extension TensorFileError {
  /// The problem without the file's name.
  var problem: String {
    switch self {
    case .malformed(_, let tensor, let problem): (tensor.map { "'\($0)': " } ?? "") + problem
    case .unsupported(_, let tensor, let found, _): (tensor.map { "'\($0)': " } ?? "") + found
    }
  }
}
