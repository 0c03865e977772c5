import Distillation
public import Foundation
import Tensors
public import Training

/// The results of an experiment, as `results.json` holds them. Accuracies are fractions from 0 to
/// 1.
public struct Results: Codable, Sendable {
  package var schema = "kindred-results/1"
  /// The recipe of the experiment, with all its defaults.
  public var recipe: Recipe
  /// The teacher, or the first of several; `nil` if no row needed the network of one.
  public var teacher: Teacher?
  /// All teachers, if there are several.
  public var teachers: [Teacher]?
  /// The teachers that are files and not networks, whose outputs on test images are not known; `nil` if there
  /// are none.
  package var files: [TeacherInFile]?
  /// The results of the rows, in the order of the recipe.
  public var rows: [Row] = []
  /// What the seeds say about the comparisons, as a file holds it; `nil` in older files. Those who have these
  /// results compute it: `Analysis(of: results)`.
  package var analysis: Analysis?
  package var machine = Machine.current
  /// The program that ran the experiment, if it is known.
  public var program: Program?

  /// The results of a teacher.
  public struct Teacher: Codable, Sendable {
    /// The name of the teacher, if there are several: its network, `small (resnet8:4)` if the recipe gives
    /// it a name, or `resnet8:16, number 2`.
    public var name: String?
    /// The name of the network.
    public var network: String
    package var parameters: Int
    /// Whether the teacher was loaded from a checkpoint rather than trained.
    package var isLoaded: Bool
    /// The metrics by name, for example `accuracy`. If each seed has a teacher, they are means.
    public var metrics: [String: Double]
    /// The metrics of each seed's teacher, in the order of the seeds; `nil` if there is one for all.
    public var values: [String: [Double]]?
    /// The seeds of these values, if the teacher of another seed diverged.
    public var seeds: [UInt64]?
    /// The epochs of the training; empty if the teacher was loaded. If each seed has a teacher, those of the first.
    public var history: [Epoch]
    /// The duration of all epochs in seconds.
    public var seconds: Double
  }

  /// The results of a row: those of its students, one for each seed.
  public struct Row: Codable, Sendable {
    /// The name of the row.
    public var name: String
    package var formula: String
    /// The name of the students' network.
    public var network: String
    package var parameters: Int
    /// The teacher, if there are several or if students teach: its network, or in quotes the row
    /// whose students teach.
    public var teacher: String?
    /// The teacher with whose last layer the students classify, if it is not their own.
    package var classifier: String?
    /// The file from which the students start, if they do.
    package var start: StartingPoint?
    /// How the weight in the loss was chosen, if it was.
    public var choice: Choice?
    /// The metrics by name, each with a number for every student.
    public var metrics: [String: Metric] = [:]
    /// The histories of the students, one for each.
    public var history: [History] = []
    /// The duration of all epochs of all students in seconds.
    public var seconds = 0.0
    /// Warnings that the histories give about the weights of the terms; `nil` in older files.
    package var warnings: [String]?
    /// The seeds for which there is no student, with the reasons; `nil` if all are there.
    public var divergences: [Divergence]?
  }

  /// The reason why a row has no student for a seed: some training diverged, that is, a number in
  /// it became NaN or infinite.
  public struct Divergence: Codable, Hashable, Sendable {
    /// The learner whose training diverged.
    public enum Learner: String, Codable, Sendable {
      /// The student itself.
      case student
      /// The student that would have taught it, or a teacher of that student.
      case teacher
      /// All students that tried a weight, so that none could be chosen.
      case everyWeight
    }

    /// The seed of the missing student.
    public var seed: UInt64
    /// The learner whose training diverged.
    public var learner: Learner
    /// The number that became NaN or infinite, with its epoch and step, or the network that is
    /// missing.
    public var problem: String
  }

  /// The weights that were tried, with the result of each on the validation images.
  public struct Choice: Codable, Hashable, Sendable {
    package struct Tried: Codable, Hashable, Sendable {
      package var weight: Double
      /// The metric of the student, or its mean over several seeds; `nil` if a training diverged.
      package var value: Double?
      /// The metric for each seed, if there are several.
      package var values: [Double]?
      /// How the training diverged, if it did; `nil` in older files.
      package var divergence: String?
    }

    package var metric: String
    package var tried: [Tried]
    /// The weight that was chosen.
    public var weight: Double

    /// Whether it is the smallest or the largest weight that was tried, so that one beyond it may
    /// be better.
    package var isAtTheEdge: Bool {
      let weights = tried.map { $0.weight }
      return weights.count > 1 && (weight == weights.min() || weight == weights.max())
    }
  }

  /// A metric with one number for each seed.
  public struct Metric: Codable, Sendable {
    /// The numbers, in the order of the seeds.
    public var values: [Double]
    /// The seeds of the numbers, if they are not all of the recipe's.
    public var seeds: [UInt64]?
    /// The mean of the numbers.
    public var mean: Double
    /// The standard deviation of the sample; `nil` for one seed.
    public var standardDeviation: Double?
    /// The difference from the first row, over the seeds that both rows have. It is `nil` for the
    /// first row itself, and if the rows have no seed in common.
    package var differenceToFirst: Difference?
  }

  package struct Difference: Codable, Sendable {
    package var mean: Double
    /// The standard error of the mean; `nil` for one seed.
    package var standardError: Double?
  }

  /// The epochs of one student.
  public struct History: Codable, Sendable {
    /// The seed of the student.
    public var seed: UInt64
    /// The epochs of the training, in order.
    public var epochs: [Epoch]
  }

  /// The program that ran an experiment.
  public struct Program: Codable, Sendable {
    package var version: String
    /// The command in the form that a shell takes.
    package var command: String
    /// The checksum of the package whose papers the program knows; `nil` if it knows only Kindred's,
    /// and in older files.
    package var package: String?

    /// A program of this version, started by this command, with the papers of a package of this
    /// checksum.
    public init(version: String, command: String, package: String? = nil) {
      (self.version, self.command, self.package) = (version, command, package)
    }
  }

  /// The machine that an experiment ran on.
  public struct Machine: Codable, Sendable {
    package var system: String
    package var processors: Int
    package var kernels: String
  }
}

extension Results {
  /// All teachers that were trained or loaded; there may be several, one or none.
  package var allTeachers: [Teacher] { teachers ?? [teacher].compactMap { $0 } }

  /// The results as JSON, with their analysis, and with sorted keys, so that equal results have equal bytes.
  public var json: Data {
    get throws {
      var complete = self
      complete.analysis = recipe.comparisons.isEmpty ? nil : Analysis(of: self)
      return try JSONEncoder.ordered(pretty: true).encode(complete)
    }
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
