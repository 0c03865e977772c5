import Tensors

/// What can be wrong with a loss and the outputs it is given.
public enum DistillationError: Error, Equatable {
  case missingOutput(String, available: [String])
  case missingLabels(term: String)
  /// The labels of student and teacher differ at an example.
  case unequalLabels(Int, Int, at: Int)
  /// The terms that depend on the moment, and none was given.
  case missingMoment(terms: [String])
  /// What is wrong with the loss as it is composed, whatever the outputs.
  case composition(CompositionError)
  case labelOutOfRange(Int, at: Int, classes: Int)
  case unequalBatches(String, Int, String, Int)
  /// What compares entry by entry, the shapes of the values, and the outputs that they are made from.
  case unequalShapes(
    String, student: [Int], teacher: [Int], from: [Role: [OutputShape]] = [:])
  /// What takes which tensors, the shapes that it was given, and the outputs that they are made from.
  case unfit(String, takes: String, shapes: [[Int]], of: Role, from: [OutputShape] = [])
  case tooManyEntries(String, Int)
  /// The term that takes most, about how many bytes the whole loss takes, and how much there is.
  case tooMuchMemory(String, needed: Int, available: String)
  /// The owners of tensors in a loss that is used where nobody keeps them.
  case ownsTensors([String])
  /// A tensor that the loss owns, the shape that it must have, and the one that was given.
  case unfitState(String, expected: [Int], given: [Int])
  indirect case inTerm(String, DistillationError)
  case formula(FormulaError)
  case setting(SettingError)
  case unknownName(String, kind: String, available: [String])
}

extension DistillationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingOutput(let name, let available):
      """
      there is no output '\(name.visible)'\(suggestion(for: name, in: available)); \
      there is \(quoted(available))
      """
    case .missingLabels(let term):
      "'\(term)' needs labels, and there are none"
    case .unequalLabels(let own, let other, let index):
      "the student's outputs have label \(own) for example \(index), and the teacher's \(other)"
    case .missingMoment(let terms):
      """
      \(quoted(terms)) \(terms.count == 1 ? "depends" : "depend") on the moment in training: give it, \
      at: Moment(step, of: steps)
      """
    case .composition(let error): "\(error)"
    case .labelOutOfRange(let label, let index, let classes):
      "label \(label) of example \(index) is not one of the classes 0..<\(classes)"
    case .unequalBatches(let first, let count, let second, let other):
      "\(first) has \(count) examples, but \(second) has \(other)"
    case .unequalShapes(let matcher, let student, let teacher, let outputs):
      "\(matcher) compares entry by entry, but \(Self.unequal(student, teacher, outputs))"
    case .unfit(let component, let kind, let shapes, let role, let outputs):
      """
      \(component) takes \(kind), but the \(role.rawValue)'s \
      \(outputs.areShown(by: shapes) ? "value" : "\(outputs.inWords), gives a value that") has \
      \(shapes.count == 1 ? "shape" : "shapes") \
      \(shapes.map { "\($0)" }.joined(separator: " and "))
      """
    case .tooManyEntries(let relation, let count):
      """
      \(relation) has \(count == .max ? "more" : "\(count)") entries for this batch, too many for \
      one step: compare some of them by the matcher's 'tuples', such as huber(tuples: 4096)
      """
    case .tooMuchMemory(let term, let needed, let available):
      """
      this batch would take about \(needed >> 20) MB, most of it for '\(term)', and there are \
      \(available): take smaller batches
      """
    case .ownsTensors(let owners):
      "\(quoted(owners)) owns tensors, which only a training loop of one's own keeps"
    case .unfitState(let name, let expected, let given):
      "'\(name)' has shape \(expected) for these outputs, but \(given) was given"
    case .inTerm(let term, let error): "\(term): \(error)"
    case .formula(let error): "\(error)"
    case .setting(let error): "\(error)"
    case .unknownName(let name, let kind, let available):
      """
      there is no \(kind) '\(name.visible)'\(suggestion(for: name, in: available)); \
      there is \(quoted(available))
      """
    }
  }
}

extension DistillationError {
  /// The same error with the outputs of both networks, where it is of shapes.
  func showing(student: [OutputShape], teacher: [OutputShape]) -> DistillationError {
    switch self {
    case .unequalShapes(let matcher, let s, let t, [:]):
      .unequalShapes(matcher, student: s, teacher: t, from: [.student: student, .teacher: teacher])
    case .unfit(let component, let takes, let shapes, let role, []):
      .unfit(
        component, takes: takes, shapes: shapes, of: role,
        from: role == .student ? student : teacher)
    default: self
    }
  }

  /// How the values of student and teacher differ, with the outputs that they are made from where a
  /// value has another shape than its output.
  private static func unequal(
    _ student: [Int], _ teacher: [Int], _ outputs: [Role: [OutputShape]]
  ) -> String {
    let (s, t) = (outputs[.student] ?? [], outputs[.teacher] ?? [])
    guard s.areShown(by: [student]), t.areShown(by: [teacher]) else {
      return """
        the student's \(s.inWords) gives \(student) and the teacher's \(t.inWords) gives \(teacher)
        """
    }
    return "the student's value has shape \(student) and the teacher's \(teacher)"
  }
}

extension [OutputShape] {
  /// Whether these shapes say all that there is to say: they are the outputs' own.
  fileprivate func areShown(by shapes: [[Int]]) -> Bool {
    isEmpty || map { $0.shape } == shapes
  }

  /// `'stage1' of shape [8, 4, 3, 3] with 'stage2' of shape [8, 6, 2, 2]`
  fileprivate var inWords: String { map { "\($0)" }.joined(separator: " with ") }
}
