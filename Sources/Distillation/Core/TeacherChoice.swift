import Tensors

/// The teacher of a term, if a loss has several: one by its number, or the mean of all.
///
/// The outputs of the first teacher have their own names. Those of another have its number as a suffix, and
/// those of the mean have a word: `logits@2`, `logits@mean`.
public enum TeacherChoice: Hashable, Sendable {
  /// The teacher of this number, counted from 1.
  case number(Int)
  /// The mean of the teachers' probabilities. Its logits are the logarithms of these.
  case mean
}

extension TeacherChoice: ExpressibleByIntegerLiteral {
  /// Makes the choice of a teacher by its number, counted from 1.
  public init(integerLiteral number: Int) { self = .number(number) }
}

extension TeacherChoice: CustomStringConvertible {
  /// How a formula writes it: `2`, or `mean`.
  public var description: String {
    switch self {
    case .number(let number): "\(number)"
    case .mean: "mean"
    }
  }

  fileprivate init?(suffix: Substring) {
    if suffix == "mean" {
      self = .mean
    } else if let number = Int(suffix), number > 1, "\(number)" == suffix {
      self = .number(number)
    } else {
      return nil
    }
  }
}

extension OutputName {
  /// The teacher that it is of; the first if its name has no suffix of another.
  package var teacher: TeacherChoice {
    view?.split(separator: "@").last.flatMap { TeacherChoice(suffix: $0) } ?? 1
  }

  /// The name that a teacher of its own would have for it.
  package var withoutTeacher: OutputName {
    guard teacher != 1, let view else { return self }
    let kept = view.dropLast("\(teacher)".count)
    return of(view: kept.isEmpty ? nil : String(kept.dropLast()))
  }

  /// The same output of one of several teachers.
  package func of(_ teacher: TeacherChoice) -> OutputName {
    let own = withoutTeacher
    return teacher == 1 ? own : own.of(view: (own.view.map { "\($0)@" } ?? "") + "\(teacher)")
  }
}

extension Outputs {
  /// The outputs of one of several teachers, by its own names.
  ///
  /// - Throws: ``DistillationError/missingOutput(_:available:of:)`` if one of these names is missing.
  func of(_ teacher: TeacherChoice, giving names: [OutputName]) throws -> Outputs {
    for name in names { _ = try self[name.of(teacher)] }
    func own(_ all: [String: Tensor]) -> [String: Tensor] {
      all.reduce(into: [:]) { own, entry in
        let name = OutputName(entry.key)
        if name.teacher == teacher { own["\(name.withoutTeacher)"] = entry.value }
      }
    }
    var outputs = self
    outputs.tensors = own(tensors)
    if stored != nil { outputs.notes.rowsOfPlaces = own(notes.rowsOfPlaces) }
    return outputs
  }
}

// MARK: - Parts of a loss

/// The knowledge of one of several teachers.
struct TaughtKnowledge<K: Knowledge>: Knowledge {
  let knowledge: K
  let teacher: TeacherChoice

  var formula: String { knowledge.formula }
  var outputs: [OutputName] { knowledge.outputs.map { $0.of(teacher) } }
  var kind: TensorKind { knowledge.kind }
  var accepts: TensorKind { knowledge.accepts }
  var readsLabels: Bool { knowledge.readsLabels }
  var takesTokens: Bool { knowledge.takesTokens }

  static var summary: String { K.summary }

  func callAsFunction(_ outputs: Outputs) throws -> K.Value {
    try knowledge(outputs.of(teacher, giving: knowledge.outputs))
  }

  func layout(in outputs: Outputs) throws -> Layout? {
    try knowledge.layout(in: outputs.of(teacher, giving: knowledge.outputs))
  }
}

extension TaughtKnowledge: WholeOutput where K: WholeOutput {
  var isOfClasses: Bool { knowledge.isOfClasses }
}

extension LossGraph {
  /// The node of knowledge of the teacher that is chosen for the terms that are being appended.
  mutating func teacherNode(of knowledge: some Knowledge) -> Int {
    guard let teacher, teacher != 1 else { return nodes.index(of: knowledge) }
    return nodes.index(of: TaughtKnowledge(knowledge: knowledge, teacher: teacher))
  }
}
