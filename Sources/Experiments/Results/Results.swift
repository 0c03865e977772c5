import Distillation
public import Foundation
import Tensors
public import Training

/// What an experiment found, as `results.json` holds it. Accuracies are fractions.
public struct Results: Codable, Sendable {
  package var schema = "kindred-results/1"
  public var recipe: Recipe
  public var teacher: Teacher?
  /// All of them, where there are several.
  public var teachers: [Teacher]?
  public var rows: [Row] = []
  package var machine = Machine.current
  /// What ran it, where that is known.
  public var program: Program?

  public struct Teacher: Codable, Sendable {
    /// Which one it is, where there are several: its network, or `resnet8:16, number 2`.
    public var name: String?
    public var network: String
    package var parameters: Int
    /// Whether it was loaded from a checkpoint, and not trained.
    package var isLoaded: Bool
    public var metrics: [String: Double]
    public var history: [Epoch]
    public var seconds: Double
  }

  public struct Row: Codable, Sendable {
    public var name: String
    package var formula: String
    public var network: String
    package var parameters: Int
    /// Where not all rows have the same: its network, or in quotes the row whose students teach.
    public var teacher: String?
    /// How the weight in the loss was chosen, where it was.
    public var choice: Choice?
    public var metrics: [String: Metric] = [:]
    /// One history a student.
    public var history: [History] = []
    public var seconds = 0.0
    /// What the histories say against the weights of the terms; none in older files.
    package var warnings: [String]?
    /// The seeds of which there is no student, and why; none where all are there.
    public var divergences: [Divergence]?
  }

  /// Why a row has no student of a seed: a training became one of numbers that are not finite.
  public struct Divergence: Codable, Hashable, Sendable {
    /// Whose training that was.
    public enum Learner: String, Codable, Sendable {
      case student
      /// The student that would have taught it, or a teacher of that one.
      case teacher
      /// The students with which the weight would have been chosen, all of them.
      case everyWeight
    }

    public var seed: UInt64
    public var learner: Learner
    /// Which number became what, in which epoch and step, or what was to be there.
    public var problem: String
  }

  /// The weights that were tried, with what each came to on the validation images.
  public struct Choice: Codable, Hashable, Sendable {
    package struct Tried: Codable, Hashable, Sendable {
      package var weight: Double
      /// None where the training diverged.
      package var value: Double?
      /// How it diverged, where it did; none in older files.
      package var divergence: String?
    }

    package var metric: String
    package var tried: [Tried]
    /// The one that was taken.
    public var weight: Double

    /// Whether it is the least or the largest that was tried, so that one beyond may be better.
    package var isAtTheEdge: Bool {
      let weights = tried.map { $0.weight }
      return weights.count > 1 && (weight == weights.min() || weight == weights.max())
    }
  }

  /// One number a seed.
  public struct Metric: Codable, Sendable {
    public var values: [Double]
    /// Those that the values are of, where it is not all of the recipe's.
    public var seeds: [UInt64]?
    public var mean: Double
    /// Of the sample; none for one seed.
    public var standardDeviation: Double?
    /// To the first row, seed by seed of those that both have; none for the first row itself, and
    /// where they have none in common.
    package var differenceToFirst: Difference?
  }

  package struct Difference: Codable, Sendable {
    package var mean: Double
    /// None for one seed.
    package var standardError: Double?
  }

  public struct History: Codable, Sendable {
    public var seed: UInt64
    public var epochs: [Epoch]
  }

  /// What it was run by.
  public struct Program: Codable, Sendable {
    package var version: String
    /// As a shell takes it.
    package var command: String

    public init(version: String, command: String) {
      (self.version, self.command) = (version, command)
    }
  }

  /// Where it was run.
  public struct Machine: Codable, Sendable {
    package var system: String
    package var processors: Int
    package var kernels: String
  }
}

extension Results {
  /// Those that were trained or loaded, be they several, one or none.
  package var allTeachers: [Teacher] { teachers ?? [teacher].compactMap { $0 } }

  /// Every key in order, so that equal results are equal bytes.
  public var json: Data {
    get throws { try JSONEncoder.ordered(pretty: true).encode(self) }
  }
}

extension Results.Machine {
  /// This machine.
  static var current: Results.Machine {
    Results.Machine(
      system: ProcessInfo.processInfo.operatingSystemVersionString,
      processors: ProcessInfo.processInfo.processorCount, kernels: Kernels.current.description)
  }
}
