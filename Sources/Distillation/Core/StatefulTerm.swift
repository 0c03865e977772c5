public import Tensors

/// A term that cannot be written as a match, and that owns tensors: it learns, or it remembers.
///
/// A loss with such a term is evaluated only with a ``LossState``. Equal terms of one loss share their tensors.
public protocol StatefulTerm: PrimitiveTerm, Equatable {
  /// Whether it depends on the moment, because it draws by chance; `false` unless stated.
  var dependsOnMoment: Bool { get }

  /// The tensors that it owns.
  ///
  /// - Returns: The name, shape and first value of each.
  /// - Throws: An error, usually ``/Distillation/DistillationError``, if an output is missing or does not fit.
  func state(student: Outputs, teacher: Outputs) throws -> [StateTensor]

  /// The loss, a scalar. The teacher's outputs are constants.
  ///
  /// - Parameters:
  ///   - student: The student's outputs.
  ///   - teacher: The teacher's outputs.
  ///   - state: The tensors of ``state(student:teacher:)``, in this order.
  ///   - moment: The moment in training, from which chance is taken.
  /// - Returns: A scalar.
  /// - Throws: An error, usually ``/Distillation/DistillationError``, if an output is missing or does not fit.
  func callAsFunction(
    student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
  ) throws -> Tensor

  /// The memory after a step, in the order of ``state(student:teacher:)`` without the parameters; empty
  /// unless stated. All that it reads is constant.
  func memory(
    afterStudent student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
  ) throws -> [Tensor]
}

extension StatefulTerm {
  public var dependsOnMoment: Bool { false }

  /// Whether another term is of this type, and equal.
  func isEqual(to other: any StatefulTerm) -> Bool { other as? Self == self }

  public func memory(
    afterStudent student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
  ) throws -> [Tensor] { [] }

  /// Traps: without its tensors there is no value. A loss calls the term with the tensors of its state.
  public func callAsFunction(student: Outputs, teacher: Outputs) throws -> Tensor {
    fatalError("[\(Self.self)] it owns tensors: call it with them, term(…, state: …, at: moment)")
  }
}
