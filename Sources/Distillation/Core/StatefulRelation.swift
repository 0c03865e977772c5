public import Tensors

/// A relation that owns tensors: it learns, or it remembers.
///
/// Student and teacher share them. A parameter's gradient is found by giving it as a variable.
public protocol StatefulRelation: Relation<Tensor> {
  /// The tensors that it owns.
  ///
  /// - Parameters:
  ///   - student: The shape of the student's value.
  ///   - teacher: The shape of the teacher's value.
  /// - Returns: The name, shape and first value of each.
  func state(student: [Int], teacher: [Int]) -> [StateTensor]

  /// Whether the values of both networks may have other widths; `true` unless stated.
  var takesOtherWidths: Bool { get }

  /// The value.
  ///
  /// - Parameters:
  ///   - x: The value of a network.
  ///   - role: Which network it is.
  ///   - state: The tensors of ``state(student:teacher:)``, in this order.
  /// - Returns: A tensor.
  func callAsFunction(_ x: Tensor, of role: Role, state: [Tensor]) -> Tensor

  /// The memory after a step, in the order of ``state(student:teacher:)`` without the parameters; empty
  /// unless stated.
  ///
  /// - Parameters:
  ///   - student: The value of the student, a constant.
  ///   - teacher: The value of the teacher.
  ///   - state: Its tensors before the step.
  /// - Returns: The memory afterwards.
  func memory(afterStudent student: Tensor, teacher: Tensor, state: [Tensor]) -> [Tensor]
}

extension StatefulRelation {
  public var takesOtherWidths: Bool { true }

  public func memory(afterStudent student: Tensor, teacher: Tensor, state: [Tensor]) -> [Tensor] {
    []
  }

  /// Traps: without its tensors there is no value. A loss calls the relation with the tensors of its state.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    fatalError("[\(formula)] it owns tensors: call it with them, relation(x, of: role, state: …)")
  }
}
