/// Which of the two networks.
public enum Role: String, Hashable, Sendable { case student, teacher }

/// The moment in training at which a loss is evaluated. Random choices of a loss, and weights
/// that move, depend on nothing else.
///
///     try loss(student: student, teacher: teacher, at: Moment(step, of: steps))
public struct Moment: Hashable, Sendable {
  public var seed: UInt64
  /// How many steps came before, over all epochs.
  public var index: Int
  /// The share of the training's steps that came before, from 0 to 1.
  public var progress: Double

  /// The moment of a step, the first of which is 0.
  ///
  /// - Parameters:
  ///   - step: How many steps came before.
  ///   - steps: How many there are in the whole training.
  ///   - seed: What random choices are taken from.
  public init(_ step: Int, of steps: Int, seed: UInt64 = 0) {
    self.init(seed: seed, index: step, progress: min(Double(step) / Double(max(steps, 1)), 1))
  }

  public init(seed: UInt64 = 0, index: Int = 0, progress: Double = 0) {
    (self.seed, self.index, self.progress) = (seed, index, progress)
  }
}
