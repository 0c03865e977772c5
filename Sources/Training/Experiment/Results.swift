public import Distillation
public import Foundation
import Tensors

/// What an experiment found, as `results.json` holds it. Accuracies are fractions.
public struct Results: Codable, Sendable {
  public var schema = "kindred-results/1"
  public var recipe: Recipe
  public var teacher: Teacher?
  public var rows: [Row] = []
  public var machine = Machine.current

  public struct Teacher: Codable, Sendable {
    public var network: String
    public var parameters: Int
    /// Whether it was loaded from a checkpoint, and not trained.
    public var isLoaded: Bool
    public var metrics: [String: Double]
    public var history: [Epoch]
    public var seconds: Double
  }

  public struct Row: Codable, Sendable {
    public var name: String
    public var formula: String
    public var network: String
    public var parameters: Int
    public var metrics: [String: Metric] = [:]
    /// One history a seed.
    public var history: [History] = []
    public var seconds = 0.0
    /// What the histories say against the weights of the terms; none in older files.
    public var warnings: [String]?
  }

  /// One number a seed.
  public struct Metric: Codable, Sendable {
    public var values: [Double]
    public var mean: Double
    /// Of the sample; none for one seed.
    public var standardDeviation: Double?
    /// To the first row, seed by seed; none for the first row itself.
    public var differenceToFirst: Difference?
  }

  public struct Difference: Codable, Sendable {
    public var mean: Double
    /// None for one seed.
    public var standardError: Double?
  }

  public struct History: Codable, Sendable {
    public var seed: UInt64
    public var epochs: [Epoch]
  }

  /// What one epoch came to, in the mean over its examples.
  public struct Epoch: Codable, Sendable {
    public var epoch: Int
    public var rate: Double
    public var loss: Double
    public var terms: [Term]
    /// On the test images, after the epoch.
    public var accuracy: Double
    public var seconds: Double
  }

  /// What a term came to in one epoch.
  public struct Term: Codable, Hashable, Sendable {
    public var name: String
    /// In the mean over the steps, where it moves.
    public var weight: Double
    /// Before the weight, in the mean over the examples of the steps at which the weight was not 0;
    /// none where it was 0 throughout.
    public var value: Double?
    /// On the last batch, as of ``TermBalance``; none in older files.
    public var share: Double?
    public var gradientNorm: Double?
    public var cosine: Double?

    public init(name: String, weight: Double, value: Double?, _ balance: TermBalance? = nil) {
      (self.name, self.weight, self.value) = (name, weight, value)
      share = balance?.share
      gradientNorm = balance?.gradientNorm
      cosine = balance?.cosine
    }
  }

  /// Where it was run.
  public struct Machine: Codable, Sendable {
    public var system: String
    public var processors: Int
    public var kernels: String
  }
}

extension Results {
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
