public import Distillation
public import Tensors

/// The sum of ``CRD``'s two contrasts: of the student's embeddings with the remembered ones of the teacher's,
/// and the other way round.
public struct Contrast: StatefulTerm {
  let crd: CRD

  public var dependsOnMoment: Bool { true }
  public var outputs: [OutputName] { [OutputName(crd.layer.layer)] }
  public var teacherOutputs: [OutputName] {
    [OutputName(crd.layer.teacherLayer ?? crd.layer.layer)]
  }

  /// The rows of the memory by example, which grows to the largest index, with what is made of it.
  public func scalarsHeld(for student: Outputs) -> Int {
    guard crd.memory == .example, let last = student.indices?.max() else { return 0 }
    return Layout([max(last, 0) + 1, crd.features, 4]).count
  }

  public func state(student: Outputs, teacher: Outputs) throws -> [StateTensor] {
    let learned =
      StateTensor.linear("student.", from: try rows(of: student).shape[1], to: crd.features)
      + StateTensor.linear("teacher.", from: try rows(of: teacher).shape[1], to: crd.features)
    let remembered = Role.allCases.map {
      StateTensor(
        "\($0.rawValue).memory", .memory, shape: [crd.negatives, crd.features],
        initial: crd.memory == .queue ? .empty : .emptyPerExample)
    }
    return learned + remembered + [StateTensor("scale", .memory, shape: [1, 2], initial: .empty)]
  }

  public func callAsFunction(
    student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
  ) throws -> Tensor {
    let owned = try OwnedTensors(state)
    let both = try contrasts(student, teacher, owned, moment)
    let scales = owned.scale.count > 0 ? owned.scale.scalars : both.map { $0.logScale }
    return both[0].loss(logScale: Double(scales[0])) + both[1].loss(logScale: Double(scales[1]))
  }

  public func memory(
    afterStudent student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
  ) throws -> [Tensor] {
    let owned = try OwnedTensors(state)
    let (v, u) = try embeddings(student, teacher, owned)
    let indices = try indices(of: student)
    let remembered = [(owned.ofStudent.memory, v), (owned.ofTeacher.memory, u)].map { table, new in
      Remembered(table: table, indices: indices).after(new, crd)
    }
    guard owned.scale.count == 0 else { return remembered + [owned.scale] }
    let both = try contrasts(student, teacher, owned, moment)
    // Until there is something to tell apart from, nothing is known of the scale.
    return remembered + [
      both.allSatisfy { $0.isKnown } ? Tensor([both.map { $0.logScale }]) : owned.scale
    ]
  }

  /// The contrast of the student's embeddings with the remembered ones of the teacher's, and the other.
  private func contrasts(
    _ student: Outputs, _ teacher: Outputs, _ owned: OwnedTensors, _ moment: Moment
  ) throws -> [ContrastOfNetwork] {
    let (v, u) = try embeddings(student, teacher, owned)
    let indices = try indices(of: student)
    var random = Random(seed: moment.seed, CRD.name, index: moment.index)
    return [(v, u, owned.ofTeacher.memory), (u, v, owned.ofStudent.memory)].map {
      anchor, pair, table in
      ContrastOfNetwork(
        anchor: anchor, pair: pair, remembered: Remembered(table: table, indices: indices), crd,
        using: &random)
    }
  }

  private func embeddings(
    _ student: Outputs, _ teacher: Outputs, _ owned: OwnedTensors
  ) throws -> (student: Tensor, teacher: Tensor) {
    let (s, t) = (owned.ofStudent, owned.ofTeacher)
    return (
      try rows(of: student).projected(weight: s.weight, bias: s.bias).normalized(),
      try rows(of: teacher).projected(weight: t.weight, bias: t.bias).normalized()
    )
  }

  private func rows(of outputs: Outputs) throws -> Tensor {
    let names = outputs.role == .teacher ? teacherOutputs : self.outputs
    let x = try outputs[names[0]]
    guard TensorKind.rowsOrMaps.admits(x.shape) else {
      throw DistillationError.unfit(
        CRD.name, takes: "\(TensorKind.rowsOrMaps)", shapes: [x.shape],
        of: outputs.role ?? .student)
    }
    return x.flattened
  }

  private func indices(of outputs: Outputs) throws -> [Int]? {
    guard crd.memory == .example else { return nil }
    guard let indices = outputs.indices else {
      throw DistillationError.missingIndices(term: CRD.name)
    }
    return indices
  }
}
