import Tensors

extension LossGraph {
  /// The examples that count, of the outputs that the loss reads, with the labels of the batch. Rows of
  /// weight 0 are removed from both networks before anything reads them. Tokens that the mask leaves out
  /// remain, and are noted.
  ///
  /// - Returns: The outputs of both networks; `nil` if no example counts.
  /// - Throws: ``DistillationError`` if the networks disagree on the examples or on their labels, or if
  ///   a weight or a number of the mask is neither 0 nor 1.
  package func batch(
    _ student: Outputs, _ teacher: Outputs
  ) throws -> (student: Outputs, teacher: Outputs)? {
    var (student, teacher) = (student, teacher)
    let havePlaces = student.hasPlaces || teacher.hasPlaces
    (student.stored, teacher.stored) = (nil, nil)
    if havePlaces {
      student.notes.labeled = labeledPlaces(student, teacher)
      teacher.notes.labeled = student.notes.labeled
    }
    try checkBatchSizes(labeled: student, teacher)
    try shareLabels(&student, &teacher)
    let rows = try student.countedExamples()
    let masks = havePlaces ? try masks(for: student, teacher) : nil
    if let rows {
      guard !rows.isEmpty else { return nil }
      student = student.examples(rows, of: outputs(of: .student))
      teacher = teacher.examples(rows, of: outputs(of: .teacher))
    }
    guard let masks else { return (student, teacher) }
    student.notes.hasTokens = student.tensors.values.contains { $0.rank == 3 }
    teacher.notes.hasTokens = teacher.tensors.values.contains { $0.rank == 3 }
    try leaveOutTokens(of: &student, &teacher, by: masks, examples: rows)
    student.gatherRows(of: outputs(of: .student))
    teacher.gatherRows(of: outputs(of: .teacher))
    return (student, teacher)
  }

  /// The loss of a batch in which no example counts: every term is 0, and so is its gradient.
  func emptyLoss(of student: Outputs, at moment: Moment, memory: [String: Tensor]) -> Loss {
    let terms = reportedSummands.map { summand in
      let weight = summand.scheduledWeight(at: moment)
      return Loss.Term(name: summand.name, weight: weight, value: weight == 0 ? nil : Tensor(0.0))
    }
    return Loss(total: .zero(from: student), terms: terms, price: 0, memory: memory)
  }

  /// Throws if the outputs that the loss reads, the labels, the indices and the weights are not of equally many
  /// examples.
  package func checkBatchSizes(_ student: Outputs, _ teacher: Outputs) throws {
    var labeled = student
    labeled.notes.labeled = labeledPlaces(student, teacher)
    try checkBatchSizes(labeled: labeled, teacher)
  }

  private func checkBatchSizes(labeled student: Outputs, _ teacher: Outputs) throws {
    var first: (what: Counted, count: Int)?
    func check(_ count: Int, _ what: @autoclosure () -> Counted) throws {
      guard let known = first else { return first = (what(), count) }
      guard known.count == count else {
        throw DistillationError.unequalBatches(
          "\(known.what)", known.count, "\(what())", count)
      }
    }
    func checkOutputs(_ outputs: Outputs, of role: Role) throws {
      var checked: [OutputName] = []
      for index in terms.summands.indices where terms.summands[index].weight != 0 {
        let names =
          role == .student
          ? terms.summands[index].studentOutputs : terms.summands[index].teacherOutputs
        for name in names where !checked.contains(name) {
          checked.append(name)
          guard let name = name.resolved(among: outputs.tensors.keys),
            let count = outputs.tensors[name]?.shape.first
          else { continue }
          try check(count, .output(name, of: role))
        }
      }
    }
    try checkOutputs(student, of: .student)
    try checkOutputs(teacher, of: .teacher)
    let labeled = student.stored?.notes.labeled ?? .examples
    if let labels = student.labels { try check(labeled.examples(of: labels.count), .labels) }
    if let labels = teacher.labels { try check(labeled.examples(of: labels.count), .teacherLabels) }
    if let count = (student.softLabels ?? teacher.softLabels)?.shape.first {
      try check(count, .softLabels)
    }
    if let indices = student.indices { try check(indices.count, .indices) }
    if let weights = student.tensors[Outputs.exampleWeights] { try check(weights.count, .weights) }
  }

  /// What has one entry for each example of a batch.
  private enum Counted: CustomStringConvertible {
    case output(String, of: Role)
    case labels, teacherLabels, softLabels, indices, weights

    var description: String {
      switch self {
      case .output(let name, let role): "the \(role.rawValue)'s '\(name)'"
      case .labels: "the labels"
      case .teacherLabels: "the teacher's labels"
      case .softLabels: "the soft labels"
      case .indices: "the indices"
      case .weights: "'\(Outputs.exampleWeights)'"
      }
    }
  }

  /// Gives the labels of the batch to the outputs of both networks, if either came with labels.
  private func shareLabels(_ student: inout Outputs, _ teacher: inout Outputs) throws {
    if let own = student.labels, let other = teacher.labels, own != other {
      let index = own.indices.first { own[$0] != other[$0] } ?? 0
      throw DistillationError.unequalLabels(
        own[index], other[index], at: index / student.notes.labeled.ofEach)
    }
    student.labels = student.labels ?? teacher.labels
    teacher.labels = student.labels
    student.softLabels = student.softLabels ?? teacher.softLabels
    teacher.softLabels = student.softLabels
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

  /// Whether an output is tokens, or logits of pixels.
  var hasPlaces: Bool {
    tensors.contains {
      $0.value.rank == 3 || ($0.value.rank == 4 && OutputName($0.key).isOfClasses)
    }
  }

  /// These examples alone, of some outputs and of the labels.
  func examples(_ rows: [Int], of names: [OutputName]) -> Outputs {
    var some = self
    for name in names {
      guard let name = name.resolved(among: tensors.keys) else { continue }
      some.tensors[name] = tensors[name]?.rows(rows)
    }
    if stored != nil {
      var notes = notes
      notes.rowsOfPlaces = [:]
      notes.countedTokens = notes.countedTokens?.ofExamples(rows)
      notes.countedBeside = notes.countedBeside?.ofExamples(rows)
      notes.countedPixels = notes.countedPixels?.ofExamples(rows)
      some.notes = notes
    }
    let n = notes.labeled.ofEach
    if case .tokens = notes.labeled,
      let counted = [notes.countedTokens, notes.countedBeside].compactMap({ $0 }).first(where: {
        $0.ofEach == n
      })
    {
      // These are the labels of the tokens that count, in whichever network has them.
      let kept = Set(rows)
      some.keepLabels(
        counted.indices.indices.filter { kept.contains(counted.indices[$0] / n) })
    } else {
      some.keepLabels(n == 1 ? rows : rows.flatMap { row in (row * n)..<((row + 1) * n) })
    }
    some.softLabels = softLabels?.rows(rows)
    some.indices = indices.map { indices in rows.map { indices[$0] } }
    return some
  }

  /// Keeps the labels at these indices.
  mutating func keepLabels(_ indices: [Int]) {
    labels = labels.map { labels in indices.map { labels[$0] } }
    notes.places = indices.map { notes.places?[$0] ?? $0 }
  }
}
