public import Tensors

/// A relation that owns tensors: it learns, or it remembers.
///
/// Student and teacher share them. A parameter's gradient is found by giving it as a variable.
public protocol StatefulRelation: Relation<Tensor> {
  /// The network whose values shape its tensors, and are remembered; the student unless stated.
  var owner: Role { get }

  /// The tensors that it owns.
  ///
  /// - Parameter input: The shape of the owner's value.
  /// - Returns: The name, shape and first value of each.
  func state(for input: [Int]) -> [StateTensor]

  /// The value.
  ///
  /// - Parameters:
  ///   - x: The value of a network.
  ///   - role: Which network it is.
  ///   - state: The tensors of ``state(for:)``, in this order.
  /// - Returns: A tensor.
  func callAsFunction(_ x: Tensor, of role: Role, state: [Tensor]) -> Tensor

  /// The memory after a step, in the order of ``state(for:)`` without the parameters; empty unless
  /// stated.
  ///
  /// - Parameters:
  ///   - x: The value of the owner, a constant.
  ///   - state: Its tensors before the step.
  /// - Returns: The memory afterwards.
  func memory(after x: Tensor, state: [Tensor]) -> [Tensor]
}

extension StatefulRelation {
  public var owner: Role { .student }

  public func memory(after x: Tensor, state: [Tensor]) -> [Tensor] { [] }

  /// The value for the owner, before anything is learned or remembered.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let tensors = state(for: x.shape).map { $0.initialValue(of: formula, seed: 0) }
    return self(x, of: owner, state: tensors)
  }
}
