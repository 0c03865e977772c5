import Tensors

/// One of the two networks.
public enum Role: String, Codable, CaseIterable, Hashable, Sendable {
  /// The network that learns.
  case student
  /// The network that it learns from, whose outputs are constants.
  case teacher
}

/// The moment in training at which a loss is evaluated. Random choices of a loss, and weights
/// that move, depend on nothing else.
///
///     try loss(student: student, teacher: teacher, at: Moment(step, of: steps))
public struct Moment: Hashable, Sendable {
  /// The seed of all random choices.
  public var seed: UInt64
  /// How many steps came before, over all epochs.
  public var index: Int
  /// The share of the training's steps that came before, from 0 to 1.
  public var progress: Double

  /// Makes the moment of a step. The first step is 0.
  ///
  /// - Parameters:
  ///   - step: How many steps came before. It traps if this is negative.
  ///   - steps: How many there are in the whole training. Steps after the last keep the progress of 1.
  ///   - seed: The seed of all random choices.
  public init(_ step: Int, of steps: Int, seed: UInt64 = 0) {
    self.init(seed: seed, index: step, progress: min(Double(step) / Double(max(steps, 1)), 1))
  }

  /// Makes a moment of its parts. Unless stated, it is the first one. It traps if the index is negative, or if
  /// the progress is not from 0 to 1.
  public init(seed: UInt64 = 0, index: Int = 0, progress: Double = 0) {
    require(index >= 0, "[moment] the first step is 0, not \(index)")
    require(0...1 ~= progress, "[moment] progress is a share from 0 to 1, not \(progress)")
    (self.seed, self.index, self.progress) = (seed, index, progress)
  }
}
