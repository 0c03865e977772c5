package import Distillation
package import Tensors

/// A loss as the checks see it: the names of the outputs that it reads, and a function of them.
package struct CheckedLoss: Sendable {
  let studentOutputs: [OutputName]
  let teacherOutputs: [OutputName]
  /// The smallest ε that the loss adds to a divisor that may be 0.
  let smallestDivisor: Double?
  /// The ε that the loss adds to a length or compares with one.
  let smallestLength: Double?
  /// Whether every part of the loss states that it reads labels; `nil` if only some do.
  let readsLabels: Bool?
  let total: @Sendable (_ student: Outputs, _ teacher: Outputs) throws -> Tensor

  /// The weighted summands. Each is rounded to Float32 by itself; their sum is not rounded.
  private let terms: @Sendable (_ student: Outputs, _ teacher: Outputs) throws -> [Double]

  package init(
    studentOutputs: [OutputName], teacherOutputs: [OutputName], smallestDivisor: Double? = nil,
    smallestLength: Double? = nil,
    total: @escaping @Sendable (_ student: Outputs, _ teacher: Outputs) throws -> Tensor
  ) {
    self.studentOutputs = studentOutputs
    self.teacherOutputs = teacherOutputs
    self.smallestDivisor = smallestDivisor
    self.smallestLength = smallestLength
    readsLabels = nil
    self.total = total
    terms = { [Double(try total($0, $1).scalar)] }
  }

  init(_ graph: LossGraph) {
    studentOutputs = graph.outputs(of: .student)
    teacherOutputs = graph.outputs(of: .teacher)
    smallestDivisor = graph.smallestDivisor
    smallestLength = graph.smallestLength
    readsLabels = graph.readsLabels
    // The moment is the middle of a training, when a weight that changes is not 0.
    let moment = Moment(progress: 0.5)
    let evaluate = { @Sendable (student: Outputs, teacher: Outputs) in
      try graph(student: student, teacher: teacher, at: moment, state: LossState())
    }
    total = { try evaluate($0, $1).total }
    terms = {
      try evaluate($0, $1).terms.map { $0.weight * ($0.value.map { Double($0.scalar) } ?? 0) }
    }
  }

  func value(_ batch: Batch) throws -> Double {
    Double(try total(batch.student.detached, batch.teacher.detached).scalar)
  }

  func terms(_ batch: Batch) throws -> [Double] {
    try terms(batch.student.detached, batch.teacher.detached)
  }

  /// The value, and the gradient at each output of the student.
  func valueWithGradient(_ batch: Batch) throws -> (value: Double, gradient: [String: Tensor]) {
    let student = batch.student.variables
    let value = try total(student, batch.teacher.detached)
    return (Double(value.scalar), gradient(of: value, at: student))
  }

  /// The bits of the value and of all numbers of the gradient.
  func bits(_ batch: Batch) throws -> [UInt32] {
    let (value, gradient) = try valueWithGradient(batch)
    return [Float(value).bitPattern]
      + gradient.sorted { $0.key < $1.key }.flatMap { $0.value.scalars.map { $0.bitPattern } }
  }

  /// The gradient of `value` at each of these variables, by its name.
  func gradient(of value: Tensor, at variables: Outputs) -> [String: Tensor] {
    let names = variables.tensors.keys.sorted()
    let found = gradients(
      of: [(value, Tensor(repeating: 1, shape: value.shape))],
      withRespectTo: names.compactMap { variables.tensors[$0] })
    return Dictionary(uniqueKeysWithValues: zip(names, found))
  }
}
