public import Tensors

/// ℓ(ψ(student), ψ(teacher)).
public struct Match<K: Knowledge, R: Relation, M: Matcher>: LossTerm where R.Input == K.Value {
  let knowledge: K
  /// Where it is not the student's.
  let teacherKnowledge: (any Knowledge<K.Value>)?
  let relation: R
  var selection: (any RowSelection<K.Value>)?
  let matcher: M

  public func _append(to graph: inout LossGraph, weight: Double) {
    let target = teacherKnowledge ?? knowledge
    let part = LossGraph.Part(
      coefficient: 1, knowledge: knowledge.formula,
      teacherKnowledge: target.formula == knowledge.formula ? nil : target.formula,
      relations: relation.steps, selection: selection?.formula, matcher: matcher.formula,
      relatesExamples: selection == nil && relation.gives(knowledge.kind).relatesExamples,
      smallestDivisor: [relation.smallestDivisor, matcher.smallestDivisor].compactMap { $0 }.min(),
      smallestLength: relation.smallestLength)
    let formula = part.formula
    var summand = LossGraph.Summand(
      name: formula, formula: formula, isNamed: false, weight: weight,
      studentOutputs: knowledge.outputs, teacherOutputs: target.outputs, parts: [part],
      primitives: [],
      scalarsHeld: {
        scalarsHeld(by: knowledge, in: .student, $0) + scalarsHeld(by: target, in: .teacher, $1)
      }
    ) { evaluation in
      try value(against: target, formula, times: 1, &evaluation)
    }
    if matcher._elementwise == nil, matcher._vectorwise == nil {
      summand.multiple = { try value(against: target, formula, times: $1, &$0) }
    }
    graph.append(summand)
  }

  /// A factor is for a matcher that is neither elementwise nor vectorwise.
  ///
  /// Errors of shapes show the outputs as the networks gave them.
  private func value<T: Knowledge<K.Value>>(
    against target: T, _ formula: String, times factor: Double, _ evaluation: inout Evaluation
  ) throws -> Tensor {
    do {
      return try unplacedValue(against: target, formula, times: factor, &evaluation)
    } catch let error as DistillationError {
      throw error.showing(
        student: evaluation.student.shapes(of: knowledge.outputs),
        teacher: evaluation.teacher.shapes(of: target.outputs))
    }
  }

  private func unplacedValue<T: Knowledge<K.Value>>(
    against target: T, _ formula: String, times factor: Double, _ evaluation: inout Evaluation
  ) throws -> Tensor {
    if let matcher = matcher._vectorwise, selection == nil,
      let student = try relation._untransposed(of: knowledge, in: .student, &evaluation),
      let teacher = try relation._untransposed(of: target, in: .teacher, &evaluation)
    {
      try checkLayouts(against: target, &evaluation)
      try check(student.shape.reversed(), teacher.shape.reversed())
      return matcher(student: student, teacher: teacher, axis: 0)
    }
    let step = evaluation.step
    var random = Random(seed: step.seed, "tuples", formula, index: step.index)
    let elementwise = matcher._elementwise
    if let elementwise, selection == nil,
      let value = try relation._streamed(
        student: knowledge, teacher: target, with: elementwise, choosing: &random, &evaluation)
    {
      return value
    }
    var student = try relation._value(of: knowledge, in: .student, &evaluation)
    var teacher = try relation._value(of: target, in: .teacher, &evaluation)
    try checkLayouts(against: target, &evaluation)
    try check(student.shape, teacher.shape)
    var kind = relation.gives(knowledge.kind)
    if let rows = selection?.rows(of: try knowledge._value(in: .student, &evaluation)) {
      (student, teacher) = (student.rows(rows), teacher.rows(rows))
      kind = .matrix
    }
    guard let elementwise else {
      return matcher._value(student: student, teacher: teacher, times: factor)
    }
    let all = Entries(shape: student.shape, kind: kind, reduction: elementwise.reduction)
    if let chosen = all.chosen(elementwise.tuples, using: &random) {
      let difference = student.scalars(at: chosen) - teacher.scalars(at: chosen)
      return all.reduced(elementwise.penalty(difference))
    }
    return elementwise.reduction(
      elementwise.penalty, student: student, teacher: teacher, kind: kind)
  }

  /// What the steps of the relation hold for a network's knowledge. Steps that terms share have one
  /// key.
  private func scalarsHeld<T: Knowledge<K.Value>>(
    by knowledge: T, in role: Role, _ outputs: Outputs
  ) -> [HeldScalars] {
    let known = (try? knowledge.layout(in: outputs)).flatMap { $0 }.map { [$0] }
    let layouts = known ?? outputs.shapes(of: knowledge.outputs).map { Layout($0.shape) }
    var key = "\(role.rawValue) \(knowledge.formula)"
    let held = zip(relation.steps, relation.knownScalarsHeld(for: layouts)).map { step, count in
      key += ".\(step)"
      return HeldScalars(key: key, count: count)
    }
    guard role == .student, matcher._elementwise == nil else { return held }
    // A matcher of whole values makes others on its way.
    let value = relation.knownLayout(of: layouts)?.count ?? 0
    return held + [HeldScalars(key: "\(key), with: \(matcher.formula)", count: value)]
  }

  /// Throws if the values differ in shape before axes are joined.
  private func checkLayouts<T: Knowledge<K.Value>>(
    against target: T, _ evaluation: inout Evaluation
  ) throws {
    let student = try layout(of: knowledge, in: .student, &evaluation)
    let teacher = try layout(of: target, in: .teacher, &evaluation)
    guard let student, let teacher, student != teacher else { return }
    throw DistillationError.unequalShapes(
      matcher.formula, student: student.unjoined, teacher: teacher.unjoined)
  }

  private func layout<T: Knowledge<K.Value>>(
    of knowledge: T, in role: Role, _ evaluation: inout Evaluation
  ) throws -> Layout? {
    if let known = try knowledge.layout(in: evaluation.outputs(of: role)) {
      return relation.knownLayout(of: [known])
    }
    return relation.knownLayout(
      of: shapes(of: try knowledge._value(in: role, &evaluation)).map { Layout($0) })
  }

  /// Throws where the matcher does not take values of these shapes.
  private func check(_ student: [Int], _ teacher: [Int]) throws {
    guard student == teacher else {
      throw DistillationError.unequalShapes(matcher.formula, student: student, teacher: teacher)
    }
    guard matcher.accepts.admits(student) else {
      throw DistillationError.unfit(
        matcher.formula, takes: "\(matcher.accepts)", shapes: [student], of: .student)
    }
  }
}

extension Tensor {
  /// The scalars at these indices in row-major order.
  fileprivate func scalars(at indices: [Int]) -> Tensor {
    reshaped([count, 1]).rows(indices).reshaped([indices.count])
  }
}

/// Matches a relation of the student's knowledge to the same relation of the teacher's.
public func match<K, R, M>(_ knowledge: K, by relation: R, with matcher: M) -> Match<K, R, M> {
  Match(knowledge: knowledge, teacherKnowledge: nil, relation: relation, matcher: matcher)
}

/// Matches a relation of the student's knowledge to the same relation of other knowledge of the
/// teacher's: of another layer.
public func match<K, R, M>(
  _ knowledge: K, to teacherKnowledge: some Knowledge<K.Value>, by relation: R, with matcher: M
) -> Match<K, R, M> {
  Match(
    knowledge: knowledge, teacherKnowledge: teacherKnowledge, relation: relation, matcher: matcher)
}

/// Matches some rows of a relation of the student's knowledge to the same rows of the teacher's.
public func match<K, R, M>(
  _ knowledge: K, by relation: R, keeping selection: some RowSelection<K.Value>, with matcher: M
) -> Match<K, R, M> {
  Match(
    knowledge: knowledge, teacherKnowledge: nil, relation: relation, selection: selection,
    matcher: matcher)
}

/// Which rows of a relation's value a match compares, decided anew each step from what the student
/// knows. The decision has no gradient.
public protocol RowSelection<Value>: Sendable {
  associatedtype Value: Sendable

  /// The rows kept, in ascending order, or `nil` for all of them.
  func rows(of student: Value) -> [Int]?

  /// What it is called with its settings: the type's name and stored properties unless stated.
  var formula: String { get }
}

extension RowSelection {
  public var formula: String {
    let settings = Mirror(reflecting: self).children.compactMap { child in
      child.label.map { "\($0): \(describe(child.value))" }
    }
    let arguments = settings.isEmpty ? "" : "(\(settings.joined(separator: ", ")))"
    return lowerCamelCase(String(describing: Self.self)) + arguments
  }
}

/// Matches the student's knowledge to the teacher's directly, one example at a time.
public func match<K, M>(_ knowledge: K, with matcher: M) -> Match<K, Identity, M>
where K.Value == Identity.Input {
  match(knowledge, by: Identity(), with: matcher)
}

/// Matches the student's knowledge to other knowledge of the teacher's directly.
public func match<K, M>(
  _ knowledge: K, to teacherKnowledge: some Knowledge<Tensor>, with matcher: M
) -> Match<K, Identity, M> where K.Value == Identity.Input {
  match(knowledge, to: teacherKnowledge, by: Identity(), with: matcher)
}
