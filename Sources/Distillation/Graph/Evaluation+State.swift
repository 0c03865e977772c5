import Tensors

// A part of a loss may own tensors, which are arguments of an evaluation; the memory is also its result.

extension Evaluation {
  /// The tensors that a part owns: those of the state, or otherwise their first values. The memory after
  /// this step is noted.
  mutating func tensors(of owner: Int) throws -> [Tensor] {
    if let known = tensors[owner] { return known }
    let owned = try ownedTensors(of: owner)
    let values = owned.map { $0.1 }
    tensors[owner] = values
    tensorNames.formUnion(owned.map { graph.name(of: $0.0, ownedBy: owner) })
    let kept = owned.map { $0.0 }.filter { $0.purpose == .memory }
    let after = kept.isEmpty ? [] : try memory(of: owner, after: values.map { $0.detached })
    for (tensor, value) in zip(kept, after) {
      memory[graph.name(of: tensor, ownedBy: owner)] = value.detached
    }
    return values
  }

  /// The tensors that a part owns: the declaration and the value of each.
  mutating func ownedTensors(of owner: Int) throws -> [(StateTensor, Tensor)] {
    try declaredTensors(of: owner).map { ($0, try tensor(declared: $0, of: owner)) }
  }

  /// Whether a match is of what is remembered, and nothing is remembered yet: it is 0, whatever the matcher.
  mutating func remembersNothing(_ match: LossGraph.Match) throws -> Bool {
    guard graph.ownsTensors else { return false }
    // All of them note what they remember of this step.
    let isEmpty = try graph.nodes.owners(of: match).map { owner in
      try tensors(of: owner).contains { $0.shape.first == 0 }
    }
    return isEmpty.contains(true)
  }

  /// The declarations of the tensors that a part owns.
  mutating func declaredTensors(of owner: Int) throws -> [StateTensor] {
    switch graph.nodes.owners[owner] {
    case .term(let term, _):
      return try term.state(student: outputs(of: .student), teacher: outputs(of: .teacher))
    case .relation(let relation, let inputs):
      let s = try tensor(of: inputs.student, in: .student)
      let t = try tensor(of: inputs.teacher, in: .teacher)
      // Of no rows, as when no token counts, nothing is computed; the widths are known all the same.
      func oneRow(_ x: Tensor) -> Tensor {
        x.shape.first == 0 ? Tensor(repeating: 0, shape: [1] + x.shape.dropFirst()) : x
      }
      try relation.check(oneRow(s), in: .student)
      try relation.check(oneRow(t), in: .teacher)
      guard relation.takesOtherWidths || s.shape.dropFirst() == t.shape.dropFirst() else {
        throw DistillationError.unfit(
          relation.formula, takes: "values of the teacher's width, \(t.shape)", shapes: [s.shape],
          of: .student)
      }
      return relation.state(student: s.shape, teacher: t.shape)
    }
  }

  /// The memory of a part after this step.
  private mutating func memory(of owner: Int, after state: [Tensor]) throws -> [Tensor] {
    switch graph.nodes.owners[owner] {
    case .term(let term, _):
      return try term.memory(
        afterStudent: outputs(of: .student).detached, teacher: outputs(of: .teacher), state: state,
        at: moment)
    case .relation(let relation, let inputs):
      return relation.memory(
        afterStudent: try tensor(of: inputs.student, in: .student).detached,
        teacher: try tensor(of: inputs.teacher, in: .teacher), state: state)
    }
  }

  private func tensor(declared: StateTensor, of owner: Int) throws -> Tensor {
    let name = graph.name(of: declared, ownedBy: owner)
    let given = declared.purpose == .parameter ? state.parameters[name] : state.memory[name]
    guard let given else {
      return declared.initialValue(of: graph.nodes.identity(ofOwner: owner), seed: moment.seed)
    }
    guard declared.admits(given.shape) else {
      throw DistillationError.unfitState(
        name, expected: declared.shapeInWords, given: given.shape)
    }
    return given
  }
}
