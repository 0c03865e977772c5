import Tensors

/// A term that learns from one of several teachers: `kd(teacher: 2)` in formulas.
///
///     CrossEntropy()
///     KD().taught(by: 2)
///     DIST().taught(by: .mean)
///
/// The outputs of the second teacher are called `logits@2`, and those of the mean `logits@mean`.
public struct Taught<Term: LossTerm>: LossTerm {
  let term: Term
  let teacher: TeacherChoice

  public func _append(to graph: inout LossGraph, weight: Double) {
    graph.append(term, weight: weight, taughtBy: teacher)
  }
}

extension LossTerm {
  /// This term, taught by one of several teachers.
  ///
  /// - Parameter teacher: The number of the teacher, counted from 1, or `.mean`.
  /// - Returns: A term that reads the outputs of this teacher alone.
  public func taught(by teacher: TeacherChoice) -> Taught<Self> {
    Taught(term: self, teacher: teacher)
  }
}

extension Taught: CustomStringConvertible {
  /// How a formula would write it.
  public var description: String { LossGraph(unchecked: self).formula }
}

extension LossGraph {
  /// Appends terms whose teacher is one of several.
  mutating func append(_ term: some LossTerm, weight: Double, taughtBy teacher: TeacherChoice) {
    if case .number(let number) = teacher, number < 1 {
      refuse("there is no teacher \(number); the first is 1", in: nil)
    }
    let outer = self.teacher
    self.teacher = teacher
    var taught = collect { term._append(to: &$0, weight: 1) }
    self.teacher = outer
    if teacher != 1, !taught.summands.isEmpty, taught.outputs(of: .teacher).isEmpty {
      refuse("it reads no teacher, so 'teacher: \(teacher)' would do nothing", in: taught.formula)
    }
    for index in taught.summands.indices { taught.summands[index].isTaught(by: teacher) }
    terms.append(taught, weight: weight)
  }

  /// A term that is no match, taught by the teacher that is chosen for the terms that are being appended.
  func taught(_ term: any PrimitiveTerm) -> any PrimitiveTerm {
    guard let teacher, teacher != 1, !term.teacherOutputs.isEmpty else { return term }
    switch term {
    case let term as any StatefulTerm: return TaughtStatefulTerm(term: term, teacher: teacher)
    case let term as any MomentTerm: return TaughtMomentTerm(term: term, teacher: teacher)
    default: return TaughtTerm(term: term, teacher: teacher)
    }
  }
}

extension LossGraph.Summand {
  /// Notes the teacher, unless the term has none or the choice is its own.
  fileprivate mutating func isTaught(by teacher: TeacherChoice) {
    guard teacher != 1, self.teacher == nil, !teacherOutputs.isEmpty else { return }
    self.teacher = teacher
    let isNamed = name != formula
    formula =
      formula.hasSuffix(")")
      ? "\(formula.dropLast()), teacher: \(teacher))" : "\(formula)(teacher: \(teacher))"
    if !isNamed { name = formula }
  }
}

// MARK: - Terms that are no matches

/// A term that gives another one the outputs of its teacher.
private protocol TaughtPrimitive: PrimitiveTerm {
  /// The other term, a `PrimitiveTerm`.
  var primitive: any PrimitiveTerm { get }
  var teacher: TeacherChoice { get }
}

extension PrimitiveTerm {
  /// The term itself, without the choice of its teacher.
  var untaught: any PrimitiveTerm { (self as? any TaughtPrimitive)?.primitive ?? self }
}

extension TaughtPrimitive {
  var outputs: [OutputName] { primitive.outputs }
  var teacherOutputs: [OutputName] { primitive.teacherOutputs.map { $0.of(teacher) } }
  var readsLabels: Bool { primitive.readsLabels }
  var takesSoftLabels: Bool { primitive.takesSoftLabels }
  var takesTokens: Bool { primitive.takesTokens }
  var smallestDivisor: Double? { primitive.smallestDivisor }
  func scalarsHeld(for student: Outputs) -> Int { primitive.scalarsHeld(for: student) }

  /// The outputs of the chosen teacher, under the names that the other term reads.
  fileprivate func own(_ outputs: Outputs) throws -> Outputs {
    try outputs.of(teacher, giving: primitive.teacherOutputs)
  }
}

private struct TaughtTerm: TaughtPrimitive {
  let term: any PrimitiveTerm
  let teacher: TeacherChoice
  var primitive: any PrimitiveTerm { term }

  func callAsFunction(student: Outputs, teacher outputs: Outputs) throws -> Tensor {
    try term(student: student, teacher: own(outputs))
  }
}

private struct TaughtMomentTerm: TaughtPrimitive, MomentTerm {
  let term: any MomentTerm
  let teacher: TeacherChoice
  var primitive: any PrimitiveTerm { term }

  var dependsOnMoment: Bool { term.dependsOnMoment }

  func callAsFunction(
    student: Outputs, teacher outputs: Outputs, at moment: Moment
  ) throws -> Tensor {
    try term(student: student, teacher: own(outputs), at: moment)
  }
}

private struct TaughtStatefulTerm: TaughtPrimitive, StatefulTerm {
  let term: any StatefulTerm
  let teacher: TeacherChoice
  var primitive: any PrimitiveTerm { term }

  static func == (one: Self, other: Self) -> Bool {
    one.teacher == other.teacher && one.term.isEqual(to: other.term)
  }

  var dependsOnMoment: Bool { term.dependsOnMoment }

  func state(student: Outputs, teacher: Outputs) throws -> [StateTensor] {
    try term.state(student: student, teacher: own(teacher))
  }

  func callAsFunction(
    student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
  ) throws -> Tensor {
    try term(student: student, teacher: own(teacher), state: state, at: moment)
  }

  func memory(
    afterStudent student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
  ) throws -> [Tensor] {
    try term.memory(afterStudent: student, teacher: own(teacher), state: state, at: moment)
  }
}
