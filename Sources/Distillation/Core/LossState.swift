public import Tensors

/// The tensors that a loss owns, by name: a term's name and the tensor's, `fitnet.weight`.
///
/// They are arguments of an evaluation, and the memory is a result of it too: nothing is hidden in a
/// loss. A tensor that a state leaves out has its initial value.
public struct LossState: Sendable {
  /// The tensors that are learned with the student.
  public var parameters: [String: Tensor]

  /// The tensors that are kept from step to step.
  public var memory: [String: Tensor]

  public init(parameters: [String: Tensor] = [:], memory: [String: Tensor] = [:]) {
    (self.parameters, self.memory) = (parameters, memory)
  }

  /// The same numbers, through which no gradient flows.
  public var detached: LossState {
    LossState(
      parameters: parameters.mapValues { $0.detached }, memory: memory.mapValues { $0.detached })
  }
}

/// A tensor that a part of a loss owns.
public struct StateTensor: Hashable, Sendable {
  public enum Purpose: Hashable, Sendable {
    /// It is learned with the student.
    case parameter
    /// It is kept from step to step.
    case memory
  }

  /// The numbers that a tensor holds at first.
  public enum Initial: Hashable, Sendable {
    case zeros
    /// Normal numbers of mean 0 and this standard deviation.
    case normal(deviation: Double)
  }

  public let name: String
  public let purpose: Purpose
  public let shape: [Int]
  public let initial: Initial

  public init(_ name: String, _ purpose: Purpose, shape: [Int], initial: Initial = .zeros) {
    (self.name, self.purpose, self.shape, self.initial) = (name, purpose, shape, initial)
  }

  /// Its first value.
  ///
  /// - Parameters:
  ///   - owner: The formula of what owns it. Equal owners have equal tensors, whatever else there is.
  ///   - seed: The seed of the training.
  /// - Returns: The tensor.
  func initialValue(of owner: String, seed: UInt64) -> Tensor {
    switch initial {
    case .zeros: return Tensor(repeating: 0, shape: shape)
    case .normal(let deviation):
      var random = Random(seed: seed, "state", owner, name)
      return Tensor(deviation) * random.normal(shape: shape)
    }
  }
}
