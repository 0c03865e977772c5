package import Distillation
import Synchronization
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
  /// Whether it is a loss of parts, which says what its parts take.
  let isOfGraph: Bool
  /// The value. The student's outputs may hold parameters of the loss beside outputs, named with
  /// ``parameterPrefix``.
  let total: @Sendable (_ student: Outputs, _ teacher: Outputs) throws -> Tensor
  /// The parameters that the loss learns, with their first values, by name.
  let parameters: @Sendable (Batch) throws -> [String: Tensor]
  /// Whether the loss remembers something from step to step.
  let ownsMemory: @Sendable (Batch) throws -> Bool
  /// What the loss remembers after a step on these outputs, by name.
  let memory: Memory
  /// The value with an empty memory, and the student's outputs as its variables.
  let atFirst: @Sendable (Batch) throws -> (Tensor, Outputs)

  package typealias Memory =
    @Sendable (_ student: Outputs, _ teacher: Outputs) throws -> [String: Tensor]

  /// What the name of a parameter begins with, where it stands among outputs.
  static let parameterPrefix = "parameter "

  /// The weighted summands. Each is rounded to Float32 by itself; their sum is not rounded.
  private let terms: @Sendable (_ student: Outputs, _ teacher: Outputs) throws -> [Double]

  package init(
    studentOutputs: [OutputName], teacherOutputs: [OutputName], smallestDivisor: Double? = nil,
    smallestLength: Double? = nil,
    memory: @escaping Memory = { _, _ in [:] },
    total: @escaping @Sendable (_ student: Outputs, _ teacher: Outputs) throws -> Tensor
  ) {
    self.studentOutputs = studentOutputs
    self.teacherOutputs = teacherOutputs
    self.smallestDivisor = smallestDivisor
    self.smallestLength = smallestLength
    (readsLabels, isOfGraph) = (nil, false)
    (parameters, ownsMemory, self.memory) = ({ _ in [:] }, { _ in false }, memory)
    atFirst = { batch in
      let variables = batch.student.variables
      return (try total(variables, batch.teacher), variables)
    }
    self.total = total
    terms = { [Double(try total($0, $1).scalar)] }
  }

  init(_ graph: LossGraph) {
    studentOutputs = graph.outputs(of: .student)
    teacherOutputs = graph.outputs(of: .teacher)
    smallestDivisor = graph.smallestDivisor
    smallestLength = graph.smallestLength
    (readsLabels, isOfGraph) = (graph.readsLabels, true)
    // The moment is the middle of a training, when a weight that changes is not 0.
    let moment = Moment(progress: 0.5)
    let states = RememberedStates()
    let evaluate = { @Sendable (student: Outputs, teacher: Outputs) in
      var (student, state) = (student, try states.state(of: graph, student, teacher))
      for name in student.tensors.keys where name.hasPrefix(Self.parameterPrefix) {
        let parameter = String(name.dropFirst(Self.parameterPrefix.count))
        state.parameters[parameter] = student.tensors.removeValue(forKey: name)
      }
      return try graph(student: student, teacher: teacher, at: moment, state: state)
    }
    parameters = {
      try graph.initialState(student: $0.student, teacher: $0.teacher, seed: moment.seed).parameters
    }
    ownsMemory = { batch in
      try !graph.initialState(student: batch.student, teacher: batch.teacher, seed: 0).memory
        .isEmpty
    }
    atFirst = {
      let variables = $0.student.variables
      let total = try graph(
        student: variables, teacher: $0.teacher, at: moment, state: LossState()
      ).total
      return (total, variables)
    }
    total = { try evaluate($0, $1).total }
    memory = { try evaluate($0.detached, $1.detached).memory }
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

  /// How many numbers of what is remembered differ after steps on two batches.
  func memoryChanges(_ batch: Batch, _ other: Batch) throws -> Int {
    let (one, another) = (
      try memory(batch.student, batch.teacher), try memory(other.student, other.teacher)
    )
    return Set(one.keys).union(another.keys).reduce(0) { count, name in
      let (a, b) = (one[name]?.scalars ?? [], another[name]?.scalars ?? [])
      return count + Swift.abs(a.count - b.count) + zip(a, b).count { $0 != $1 }
    }
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

/// The states in which a loss is checked, each computed once for outputs of its widths.
private final class RememberedStates: Sendable {
  private let known = Mutex<[String: LossState]>([:])

  func state(of graph: LossGraph, _ student: Outputs, _ teacher: Outputs) throws -> LossState {
    guard graph.ownsTensors else { return LossState() }
    let widths = [student, teacher].map { outputs in
      outputs.tensors.sorted { $0.key < $1.key }
        .map { "\($0.key) \($0.value.shape.dropFirst())" }.joined(separator: ", ")
    }
    let key = widths.joined(separator: "; ")
    if let state = known.withLock({ $0[key] }) { return state }
    let state = try graph.rememberedState(student, teacher)
    known.withLock { $0[key] = state }
    return state
  }
}

extension LossGraph {
  /// The state in which a loss is checked: parameters have their first values, and the memory is what it is
  /// after two steps on some other batch, which is the same for all batches of these widths.
  fileprivate func rememberedState(_ student: Outputs, _ teacher: Outputs) throws -> LossState {
    var other = [student, teacher].map { outputs in
      var some = outputs.detached
      some.tensors = outputs.tensors.filter { !$0.key.hasPrefix(CheckedLoss.parameterPrefix) }
      return some
    }
    let first = try initialState(student: other[0], teacher: other[1], seed: 0)
    guard !first.memory.isEmpty else { return LossState() }
    var state = LossState()
    // The first step fills the memory. A loss may take a mean of it and of the second.
    for step in 0..<2 as Range<UInt64> {
      for (index, role) in [Role.student, .teacher].enumerated() {
        other[index].labels = nil
        // Of some examples something is remembered, and of others nothing.
        other[index].indices = Array(3..<9)
        let names = outputs(of: role).compactMap { $0.resolved(among: other[index].tensors.keys) }
        for name in names {
          guard let shape = other[index].tensors[name]?.shape else { continue }
          var random = Random(seed: 7 + 2 * step, "conformance", "memory", role.rawValue, name)
          other[index].tensors[name] = random.normal(shape: [6] + shape.dropFirst())
        }
        other[index].tensors = other[index].tensors.filter { names.contains($0.key) }
      }
      state.memory = try self(
        student: other[0], teacher: other[1], at: Moment(progress: 0.5), state: state
      ).memory
    }
    return state
  }
}
