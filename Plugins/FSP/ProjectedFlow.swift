public import Distillation
public import Tensors

/// A G Bᵀ of the student's flow G, N×C₁×C₂, with learned A and B: the flow of both layers after a linear map of
/// their channels to the teacher's numbers. The teacher's flow stays as it is.
public struct ProjectedFlow: StatefulRelation, Configurable {
  /// Makes the relation.
  public init() {}
  public static let standard = Self()
  public static let summary = "The flow after learned maps of both layers' channels."

  public var accepts: TensorKind { .any }
  public func admits(_ x: Tensor) -> Bool { x.rank == 3 && x.count > 0 }
  public var takes: String { "a flow N×C₁×C₂" }

  public func state(student: [Int], teacher: [Int]) -> [StateTensor] {
    zip(["from.weight", "to.weight"], [1, 2]).map { name, axis in
      let deviation = 1 / Double(student[axis]).squareRoot()
      return StateTensor(
        name, .parameter, shape: [teacher[axis], student[axis]],
        initial: .normal(deviation: deviation))
    }
  }

  public func callAsFunction(_ x: Tensor, of role: Role, state: [Tensor]) -> Tensor {
    guard role == .student else { return x }
    func stack(_ weight: Tensor) -> Tensor {
      weight.reshaped([1] + weight.shape).broadcast(to: [x.shape[0]] + weight.shape)
    }
    return Tensor.matmul(stack(state[0]) • x, stack(state[1]), transposingSecond: true)
  }
}
