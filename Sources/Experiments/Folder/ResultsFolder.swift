import Distillation
import Foundation
import TensorFiles
import Tensors
import Training

/// The folder that a run writes to. It holds `results.json`, `recipe.json`, `metrics.jsonl`, the
/// weights in `checkpoints/`, and files that can be computed again in `cache/`.
public struct ResultsFolder: Sendable {
  /// The path of the folder.
  public private(set) var path: String
  let ifThere: IfThere
  /// The beginning of the name of a free folder, if no particular folder was asked for.
  private let base: String?

  /// The choices for a folder that exists.
  public enum IfThere: Sendable {
    /// The folder is left alone, and its existence is an error.
    case refuse
    /// The results in the folder are replaced.
    case replace
    /// The run in the folder goes on.
    case resume
  }

  /// The folder at a path.
  ///
  /// - Parameters:
  ///   - path: A path in a folder that exists or can be made.
  ///   - ifThere: What may be done with a folder that exists.
  /// - Throws: ``ExperimentError/folderExists(_:)`` or ``ExperimentError/interruptedRunExists(_:)``
  ///   if the folder exists and may not be used.
  public init(_ path: String, ifThere: IfThere = .refuse) throws {
    (self.path, self.ifThere, base) = (path, ifThere, nil)
    guard ifThere == .refuse, FileManager.default.fileExists(atPath: path) else { return }
    throw hasRunToResume
      ? ExperimentError.interruptedRunExists(path) : ExperimentError.folderExists(path)
  }

  /// The first of `results/NAME`, `results/NAME-2`, … that does not exist. To resume a run, it is
  /// the last that does.
  ///
  /// - Parameters:
  ///   - recipe: The name of the recipe's file, from which NAME is taken.
  ///   - ifThere: What may be done with the last folder that exists.
  ///   - results: The folder that holds these folders.
  public init(for recipe: String, ifThere: IfThere = .refuse, in results: String = "results") {
    let exists = { FileManager.default.fileExists(atPath: $0) }
    let base = "\(results)/\(Self.stem(of: recipe))"
    var (last, free, number) = (base, base, 1)
    while exists(free) {
      number += 1
      (last, free) = (free, "\(base)-\(number)")
    }
    self.ifThere = ifThere
    path = ifThere == .resume ? last : free
    self.base = ifThere == .resume ? nil : base
  }

  /// The name of a recipe without its extension, made safe as the name of one folder.
  private static func stem(of recipe: String) -> String {
    let stem = (recipe as NSString).deletingPathExtension.replacing("/", with: "-")
    return stem.contains { $0 != "." } ? stem : "recipe"
  }

  /// Makes the folder, if no particular one was asked for, so that it belongs to this run alone. If
  /// another run has taken it meanwhile, this run takes the next free one.
  mutating func claim() throws {
    guard let base else { return }
    var number = 1
    do {
      try FileManager.default.createDirectory(
        atPath: (base as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    } catch {
      throw ExperimentError.cannotWrite(base, reason: error.localizedDescription)
    }
    while mkdir(path, 0o777) != 0 {
      guard errno == EEXIST else {
        throw ExperimentError.cannotWrite(path, reason: FileError.systemReason)
      }
      number += 1
      path = "\(base)-\(number)"
    }
  }

  /// The name of the folder of scripts that start a run, which are there before it begins.
  package static let scripts = "slurm"

  // MARK: - Files

  /// The path of a learner's weights.
  package func path(of learner: Learner, in recipe: Recipe) -> String {
    file("checkpoints/\(learner.fileName(in: recipe)).safetensors")
  }

  /// The folder of the weights and of the state of an interrupted run.
  var checkpoints: String { file("checkpoints") }

  /// The folder of files that can be computed again.
  var cache: String { file("cache") }

  func file(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
}

extension ResultsFolder {
  /// Reads a file of the folder.
  ///
  /// - Throws: ``ExperimentError/results(problem:)`` if it is damaged.
  func read<Value>(_ name: String, _ read: (Data) throws -> Value) throws -> Value {
    let path = file(name)
    do {
      return try read(try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw ExperimentError.results(problem: "\(path.visible): \(error)")
    }
  }
}
