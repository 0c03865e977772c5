import Tensors

// A part of a loss may own tensors, which are arguments of an evaluation; the memory is also its result.

extension Evaluation {
  /// The tensors that a part owns: those of the state, or otherwise their first values. The memory after
  /// this step is noted.
  mutating func tensors(of owner: Int) throws -> [Tensor] {
    if let known = tensors[owner] { return known }
    return try ownedTensors(of: owner).map { $0.1 }
  }

  /// The tensors that a part owns: the declaration and the value of each.
  mutating func ownedTensors(of owner: Int) throws -> [(StateTensor, Tensor)] {
    let declared: [StateTensor]
    let memoryAfter: ([Tensor]) throws -> [Tensor]
    switch graph.nodes.owners[owner] {
    case .relation(let relation, let inputs):
      let s = try tensor(of: inputs.student, in: .student)
      let t = try tensor(of: inputs.teacher, in: .teacher)
      // Of no rows, as when no token counts, nothing is computed; the widths are known all the same.
      if s.shape.first != 0 {
        try relation.check(s, in: .student)
        try relation.check(t, in: .teacher)
      }
      guard relation.takesOtherWidths || s.shape.dropFirst() == t.shape.dropFirst() else {
        throw DistillationError.unfit(
          relation.formula, takes: "values of the teacher's width, \(t.shape)", shapes: [s.shape],
          of: .student)
      }
      declared = relation.state(student: s.shape, teacher: t.shape)
      memoryAfter = { relation.memory(afterStudent: s.detached, teacher: t, state: $0) }
    case .term(let term, _):
      let (s, t, moment) = (outputs(of: .student), outputs(of: .teacher), self.moment)
      declared = try term.state(student: s, teacher: t)
      memoryAfter = {
        try term.memory(afterStudent: s.detached, teacher: t, state: $0, at: moment)
      }
    }
    let values = try tensors[owner] ?? declared.map { try tensor(declared: $0, of: owner) }
    if tensors.updateValue(values, forKey: owner) == nil {
      tensorNames.formUnion(declared.map { graph.name(of: $0, ownedBy: owner) })
      let kept = declared.filter { $0.purpose == .memory }
      let after = kept.isEmpty ? [] : try memoryAfter(values.map { $0.detached })
      for (tensor, value) in zip(kept, after) {
        memory[graph.name(of: tensor, ownedBy: owner)] = value.detached
      }
    }
    return Array(zip(declared, values))
  }

  private func tensor(declared: StateTensor, of owner: Int) throws -> Tensor {
    let name = graph.name(of: declared, ownedBy: owner)
    let given = declared.purpose == .parameter ? state.parameters[name] : state.memory[name]
    guard let given else {
      return declared.initialValue(of: graph.nodes.formula(ofOwner: owner), seed: moment.seed)
    }
    guard declared.admits(given.shape) else {
      throw DistillationError.unfitState(
        name, expected: declared.shape, given: given.shape, grows: declared.initial == .empty)
    }
    return given
  }
}
