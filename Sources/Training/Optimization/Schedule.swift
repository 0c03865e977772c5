public import Distillation
import Foundation

/// How the learning rate changes over training, as a share of its peak.
public struct Schedule: Configurable {
  public enum Shape: String, Codable, CaseIterable, Sendable {
    /// 1 throughout.
    case constant
    /// Times `factor` at each of `milestones`.
    case step
    /// Half a cosine from 1 down to `floor`.
    case cosine
    /// Half a cosine from 1/25 up to 1 over the first 30 %, then one down to 4·10⁻⁶: Smith and
    /// Topin's super-convergence with the constants of PyTorch's `OneCycleLR`.
    case oneCycle
  }

  public var shape = Shape.cosine

  /// The epochs over which the rate first rises in a straight line, before the shape begins.
  public var warmup = 0.0

  /// For `step`: after how many epochs the rate falls, and the factor it falls by each time.
  public var milestones: [Double] = []
  public var factor = 0.1

  /// For `cosine`: the share at the end.
  public var floor = 0.0

  public init() {}

  /// The share of the peak rate for a step, counted from 0 over a training of so many epochs.
  package func share(step: Int, stepsPerEpoch: Int, epochs: Int) -> Double {
    let epoch = Double(step) / Double(stepsPerEpoch)
    if epoch < warmup { return Double(step + 1) / (warmup * Double(stepsPerEpoch)) }
    let length = max(Double(epochs) - warmup, 1 / Double(stepsPerEpoch))
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
