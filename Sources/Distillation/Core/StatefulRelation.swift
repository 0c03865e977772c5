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

  /// Traps: without its tensors there is no value. A loss calls the relation with the tensors of its state.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    fatalError("[\(formula)] it owns tensors: call it with them, relation(x, of: role, state: …)")
  }
}
