import Tensors

extension LossGraph {
  /// The examples that count, of the outputs that the loss reads, with the labels of the batch. Rows of
  /// weight 0 are removed from both networks before anything reads them.
  ///
  /// - Returns: The outputs of both networks; `nil` if no example counts.
  /// - Throws: ``DistillationError`` if the networks disagree on the examples or on their labels, or if
  ///   a weight is neither 0 nor 1.
  func batch(
    _ student: Outputs, _ teacher: Outputs
  ) throws -> (student: Outputs, teacher: Outputs)? {
    try checkBatchSizes(student: student, teacher: teacher)
    let (student, teacher) = try withLabelsOfBatch(student, teacher)
    guard let rows = try student.countedExamples() else { return (student, teacher) }
    guard !rows.isEmpty else { return nil }
    return (
      student.examples(rows, of: outputs(of: .student)),
      teacher.examples(rows, of: outputs(of: .teacher))
    )
  }

  /// The loss of a batch in which no example counts: every term is 0, and so is its gradient.
  func emptyLoss(of student: Outputs, at moment: Moment, memory: [String: Tensor]) -> Loss {
    let terms = reportedSummands.map { summand in
      let weight = summand.scheduledWeight(at: moment)
      return Loss.Term(name: summand.name, weight: weight, value: weight == 0 ? nil : Tensor(0.0))
    }
    return Loss(total: .zero(from: student), terms: terms, price: 0, memory: memory)
  }

  private func checkBatchSizes(student: Outputs, teacher: Outputs) throws {
    var first: (what: Counted, count: Int)?
    func check(_ what: Counted, _ count: Int) throws {
      guard let known = first else { return first = (what, count) }
      guard known.count == count else {
        throw DistillationError.unequalBatches("\(known.what)", known.count, "\(what)", count)
      }
    }
    for (role, outputs) in [(Role.student, student), (.teacher, teacher)] {
      for summand in terms.summands where summand.weight != 0 {
        for name in role == .student ? summand.studentOutputs : summand.teacherOutputs {
          guard let name = name.resolved(among: outputs.tensors.keys),
            let count = outputs.tensors[name]?.shape.first
          else { continue }
          try check(.output(name, of: role), count)
        }
      }
    }
    if let labels = student.labels { try check(.labels, labels.count) }
    if let labels = teacher.labels { try check(.teacherLabels, labels.count) }
    if let weights = student.tensors[Outputs.exampleWeights] {
      try check(.weights, weights.count)
    }
  }

  /// What has one entry for each example of a batch.
  private enum Counted: CustomStringConvertible {
    case output(String, of: Role)
    case labels, teacherLabels, weights

    var description: String {
      switch self {
      case .output(let name, let role): "the \(role.rawValue)'s '\(name)'"
      case .labels: "the labels"
      case .teacherLabels: "the teacher's labels"
      case .weights: "'\(Outputs.exampleWeights)'"
      }
    }
  }

  /// The outputs of both networks with the labels of the batch, if either came with labels.
  private func withLabelsOfBatch(
    _ student: Outputs, _ teacher: Outputs
  ) throws -> (student: Outputs, teacher: Outputs) {
    if let own = student.labels, let other = teacher.labels, own != other {
      let index = own.indices.first { own[$0] != other[$0] } ?? 0
      throw DistillationError.unequalLabels(own[index], other[index], at: index)
    }
    var (student, teacher) = (student, teacher)
    student.labels = student.labels ?? teacher.labels
    teacher.labels = student.labels
    return (student, teacher)
  }
}

extension Tensor {
  /// 0, as computed from a network's outputs, so that a gradient can be asked for. It is 0, too.
  static func zero(from outputs: Outputs) -> Tensor {
    let inputs = Array(outputs.tensors.values)
    return operation(inputs: inputs, value: Tensor(0.0)) { _ in inputs.map { _ in nil } }
  }
}

extension Outputs {
  /// The indices of the examples whose weight is 1; `nil` if there are no weights.
  ///
  /// - Throws: ``DistillationError/unfitWeights(_:)`` if the weights are no zeros and ones of shape [N].
  package func countedExamples() throws -> [Int]? {
    guard let weights = tensors[Self.exampleWeights] else { return nil }
    guard weights.rank == 1 else {
      throw DistillationError.unfitWeights("shape \(weights.shape)")
    }
    let scalars = weights.scalars
    if let index = scalars.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      throw DistillationError.unfitWeights("\(scalars[index]) at [\(index)]")
    }
    return scalars.indices.filter { scalars[$0] == 1 }
  }

  /// These examples alone, of some outputs and of the labels.
  func examples(_ rows: [Int], of names: [OutputName]) -> Outputs {
    var some = self
    for name in names {
      guard let name = name.resolved(among: tensors.keys) else { continue }
      some.tensors[name] = tensors[name]?.rows(rows)
    }
    some.labels = labels.map { labels in rows.map { labels[$0] } }
    some.places = rows.map { places?[$0] ?? $0 }
    return some
  }
}
