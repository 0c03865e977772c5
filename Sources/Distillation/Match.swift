public import Tensors

/// ℓ(ψ(student), ψ(teacher)).
public struct Match<K: Knowledge, R: Relation, M: Matcher>: LossTerm where R.Input == K.Value {
  let knowledge: K
  let relation: R
  let matcher: M

  public func _append(to graph: inout LossGraph, weight: Double) {
    let part = LossGraph.Part(
      coefficient: 1, knowledge: knowledge.formula, relations: relation.steps,
      matcher: matcher.formula)
    let formula = part.formula
    graph.append(
      LossGraph.Summand(
        name: formula, formula: formula, isNamed: false, weight: weight,
        studentOutputs: knowledge.outputs, teacherOutputs: knowledge.outputs, parts: [part]
      ) { evaluation in
        try value(&evaluation)
      })
  }

  private func value(_ evaluation: inout Evaluation) throws -> Tensor {
    if let value = try relation._streamed(of: knowledge, with: matcher, &evaluation) {
      return value
    }
    let student = try relation._value(of: knowledge, in: .student, &evaluation)
    let teacher = try relation._value(of: knowledge, in: .teacher, &evaluation)
    guard student.shape == teacher.shape else {
      throw DistillationError.unequalShapes(
        matcher.formula, student: student.shape, teacher: teacher.shape)
    }
    guard matcher.accepts.admits(student.shape) else {
      throw DistillationError.unfit(
        matcher.formula, takes: matcher.accepts, shape: student.shape, of: .student)
    }
    guard let elementwise = matcher as? any ElementwiseMatcher else {
      return matcher(student: student, teacher: teacher)
    }
    return elementwise.reduction(
      elementwise.penalty(student - teacher),
      relatesExamples: relation.relatesExamples(givenInput: false))
  }
}

/// Matches a relation of the student's knowledge to the same relation of the teacher's.
public func match<K, R, M>(_ knowledge: K, by relation: R, with matcher: M) -> Match<K, R, M> {
  Match(knowledge: knowledge, relation: relation, matcher: matcher)
}

/// Matches the student's knowledge to the teacher's directly, one example at a time.
public func match<K, M>(_ knowledge: K, with matcher: M) -> Match<K, Identity, M>
where K.Value == Identity.Input {
  match(knowledge, by: Identity(), with: matcher)
}
