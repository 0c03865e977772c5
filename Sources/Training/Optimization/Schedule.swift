public import Distillation
import Foundation

/// The course of the learning rate over training, as a share of its peak.
public struct Schedule: Configurable {
  /// The shapes of the course.
  public enum Shape: String, Codable, CaseIterable, Sendable {
    /// The share is 1 throughout.
    case constant
    /// The share is multiplied by `factor` at each of `milestones`.
    case step
    /// The share follows half a cosine from 1 down to `floor`.
    case cosine
    /// The share follows half a cosine from 1/25 up to 1 over the first 30 %, then another down to
    /// 4·10⁻⁶. This is Smith and Topin's super-convergence with the constants of PyTorch's
    /// `OneCycleLR`.
    case oneCycle
  }

  /// The shape of the course after the warm-up.
  public var shape = Shape.cosine

  /// The number of epochs over which the rate first rises in a straight line. The shape begins
  /// after them.
  public var warmup = 0.0

  /// For `step`: the numbers of epochs after which the rate falls.
  public var milestones: [Double] = []
  /// For `step`: the factor by which the rate is multiplied each time.
  public var factor = 0.1

  /// For `cosine`: the share at the end.
  public var floor = 0.0

  /// Creates a schedule with its default values.
  public init() {}
  public static let standard = Self()

  /// The share of the peak rate for a step, counted from 0 over all `steps` of the training.
  package func share(step: Int, stepsPerEpoch: Int, steps: Int) -> Double {
    let epoch = Double(step) / Double(stepsPerEpoch)
    if epoch < warmup { return Double(step + 1) / (warmup * Double(stepsPerEpoch)) }
    let length = max(Double(steps) / Double(stepsPerEpoch) - warmup, 1 / Double(stepsPerEpoch))
    let progress = min((epoch - warmup) / length, 1)
    switch shape {
    case .constant: return 1
    case .step: return pow(factor, Double(milestones.count { $0 <= epoch }))
    case .cosine: return Self.cosine(from: 1, to: floor, progress)
    case .oneCycle:
      return progress < 0.3
        ? Self.cosine(from: 0.04, to: 1, progress / 0.3)
        : Self.cosine(from: 1, to: 4e-6, (progress - 0.3) / 0.7)
    }
  }

  private static func cosine(from start: Double, to end: Double, _ progress: Double) -> Double {
    end + (start - end) * (1 + cos(.pi * progress)) / 2
  }
}
