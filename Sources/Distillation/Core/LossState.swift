public import Tensors

/// The tensors that a loss owns, by name: a term's name and the tensor's, `fitnet.weight`.
///
/// They are arguments of an evaluation, and the memory is also a result of it: nothing is hidden in a
/// loss. A tensor that is not in a state has its initial value.
public struct LossState: Sendable {
  /// The tensors that are learned with the student.
  public var parameters: [String: Tensor]

  /// The tensors that are kept from step to step.
  public var memory: [String: Tensor]

  /// Makes a state of these tensors; every other tensor has its initial value.
  public init(parameters: [String: Tensor] = [:], memory: [String: Tensor] = [:]) {
    (self.parameters, self.memory) = (parameters, memory)
  }

  /// The same numbers, through which no gradient flows.
  public var detached: LossState {
    guard !parameters.isEmpty || !memory.isEmpty else { return self }
    return LossState(
      parameters: parameters.mapValues { $0.detached }, memory: memory.mapValues { $0.detached })
  }
}

/// A tensor that a part of a loss owns.
public struct StateTensor: Hashable, Sendable {
  /// The purpose of a tensor.
  public enum Purpose: Hashable, Sendable {
    /// It is learned with the student.
    case parameter
    /// It is kept from step to step.
    case memory
  }

  /// The numbers that a tensor holds at first.
  public enum Initial: Hashable, Sendable {
    /// Zeros.
    case zeros
    /// This number everywhere.
    case constant(Double)
    /// Normal numbers of mean 0 and this standard deviation.
    case normal(deviation: Double)
    /// No rows yet: the first axis begins at 0, and grows up to its length in the shape.
    case empty
    /// No rows yet: the first axis begins at 0, and grows to a row for each example of the data, whatever
    /// its length in the shape.
    case emptyPerExample
  }

  /// The name of the tensor within its part of the loss.
  public let name: String
  /// Its purpose.
  public let purpose: Purpose
  /// Its shape.
  public let shape: [Int]
  /// The numbers that it holds at first.
  public let initial: Initial
  /// The factor by which the optimizer multiplies its learning rate, for a parameter.
  public let rate: Double

  /// Declares a tensor.
  ///
  /// - Parameters:
  ///   - name: Its name within its part of the loss.
  ///   - purpose: Whether it is learned or kept.
  ///   - shape: Its shape.
  ///   - initial: The numbers that it holds at first.
  ///   - rate: The factor by which the optimizer multiplies its learning rate, for a parameter.
  public init(
    _ name: String, _ purpose: Purpose, shape: [Int], initial: Initial = .zeros, rate: Double = 1
  ) {
    (self.name, self.purpose, self.shape, self.initial) = (name, purpose, shape, initial)
    self.rate = rate
  }

  /// Whether it has no rows at first.
  package var grows: Bool { initial == .empty || initial == .emptyPerExample }

  /// Whether it may hold a value of this shape: its own, or one of other rows if it grows.
  package func admits(_ given: [Int]) -> Bool {
    guard grows else { return given == shape }
    return given.count == shape.count && given.dropFirst() == shape.dropFirst()
      && (initial == .emptyPerExample || given[0] <= shape[0])
  }

  /// The shapes that it admits, in words: `[40, 16] or fewer rows`.
  package var shapeInWords: String {
    switch initial {
    case .empty: "\(shape) or fewer rows"
    case .emptyPerExample:
      "[\((["N"] + shape.dropFirst().map { "\($0)" }).joined(separator: ", "))] with any N"
    default: "\(shape)"
    }
  }

  /// Its first value.
  ///
  /// - Parameters:
  ///   - owner: What the part that owns it is. Equal owners have equal tensors, whatever else there is.
  ///   - seed: The seed of the training.
  /// - Returns: The tensor.
  func initialValue(of owner: String, seed: UInt64) -> Tensor {
    switch initial {
    case .zeros: return Tensor(repeating: 0, shape: shape)
    case .constant(let number): return Tensor(repeating: Tensor.Scalar(number), shape: shape)
    case .empty, .emptyPerExample: return Tensor([], shape: [0] + shape.dropFirst())
    case .normal(let deviation):
      var random = Random(seed: seed, "state", owner, name)
      return Tensor(deviation) * random.normal(shape: shape)
    }
  }
}

extension StateTensor {
  /// The tensors of a map W x + b that is learned: `weight`, O×I, of normal numbers of deviation 1/√I, and
  /// `bias`, O zeros.
  ///
  /// - Parameters:
  ///   - prefix: Stands before both names.
  ///   - inputs: I, the number of features that it takes.
  ///   - outputs: O, the number of features that it gives.
  ///   - rate: The factor by which the optimizer multiplies its learning rate.
  /// - Returns: The weight and the bias.
  public static func linear(
    _ prefix: String = "", from inputs: Int, to outputs: Int, rate: Double = 1
  ) -> [StateTensor] {
    let deviation = 1 / Double(inputs).squareRoot()
    return [
      StateTensor(
        "\(prefix)weight", .parameter, shape: [outputs, inputs],
        initial: .normal(deviation: deviation), rate: rate),
      StateTensor("\(prefix)bias", .parameter, shape: [outputs], rate: rate),
    ]
  }
}
