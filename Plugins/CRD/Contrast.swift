public import Distillation
public import Tensors

/// The sum of ``CRD``'s two contrasts: of the student's embeddings with the remembered ones of the teacher's,
/// and the other way round.
public struct Contrast: StatefulTerm {
  /// What is remembered.
  public enum Memory: String, Codable, CaseIterable, Hashable, Sendable {
    /// An embedding for each example, by its index. That of an example that is seen again is mixed.
    case example
    /// The embeddings of the latest examples. An example's own pair is that of the present batch.
    case queue
  }

  let crd: CRD

  public var dependsOnMoment: Bool { true }
  public var outputs: [OutputName] { [OutputName(crd.layer.layer)] }
  public var teacherOutputs: [OutputName] {
    [OutputName(crd.layer.teacherLayer ?? crd.layer.layer)]
  }

  public func state(student: Outputs, teacher: Outputs) throws -> [StateTensor] {
    let widths = [try rows(of: student).shape[1], try rows(of: teacher).shape[1]]
    let learned = zip(Role.allCases, widths).flatMap { role, width in
      [
        StateTensor(
          "\(role.rawValue).weight", .parameter, shape: [crd.features, width],
          initial: .normal(deviation: 1 / Double(width).squareRoot())),
        StateTensor("\(role.rawValue).bias", .parameter, shape: [crd.features]),
      ]
    }
    let most = crd.memory == .queue ? crd.negatives : 1 << 32
    let remembered = Role.allCases.map {
      StateTensor("\($0.rawValue).memory", .memory, shape: [most, crd.features], initial: .empty)
    }
    return learned + remembered + [StateTensor("scale", .memory, shape: [2], initial: .empty)]
  }

  public func callAsFunction(
    student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
  ) throws -> Tensor {
    let both = try contrasts(student, teacher, state, moment)
    let scales = state[6].count == 2 ? state[6].scalars : both.map { $0.logScale }
    return both[0].loss(logScale: Double(scales[0])) + both[1].loss(logScale: Double(scales[1]))
  }

  public func memory(
    afterStudent student: Outputs, teacher: Outputs, state: [Tensor], at moment: Moment
  ) throws -> [Tensor] {
    let (v, u) = try embeddings(student, teacher, state)
    let indices = try indices(of: student)
    let remembered = [v, u].enumerated().map { index, new in
      Remembered(table: state[4 + index], indices: indices).after(new, crd)
    }
    guard state[6].count == 0 else { return remembered + [state[6]] }
    let both = try contrasts(student, teacher, state, moment)
    // Until there is something to tell apart from, nothing is known of the scale.
    let isKnown = both.allSatisfy { $0.isKnown }
    return remembered + [isKnown ? Tensor(both.map { $0.logScale }) : state[6]]
  }

  /// The student's embeddings beside what is remembered of the teacher, and the other way round.
  private func contrasts(
    _ student: Outputs, _ teacher: Outputs, _ state: [Tensor], _ moment: Moment
  ) throws -> [ContrastOfNetwork] {
    let (v, u) = try embeddings(student, teacher, state)
    let indices = try indices(of: student)
    var random = Random(seed: moment.seed, CRD.name, index: moment.index)
    return [(v, u, state[5]), (u, v, state[4])].map { anchor, pair, table in
      ContrastOfNetwork(
        anchor: anchor, pair: pair, remembered: Remembered(table: table, indices: indices), crd,
        using: &random)
    }
  }

  private func embeddings(
    _ student: Outputs, _ teacher: Outputs, _ state: [Tensor]
  ) throws -> (student: Tensor, teacher: Tensor) {
    (
      try rows(of: student).projected(weight: state[0], bias: state[1]).normalized(),
      try rows(of: teacher).projected(weight: state[2], bias: state[3]).normalized()
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
