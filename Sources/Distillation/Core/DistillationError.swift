import Tensors

/// An error of a loss, or of the outputs that it is given. Its description names what was asked and
/// what was available.
public enum DistillationError: Error, Equatable {
  /// A network has no output of this name; `available` are the names that it has. `of` says which
  /// network it is, if that is known.
  case missingOutput(String, available: [String], of: Role? = nil)
  /// The term of this name needs the labels of the batch, and neither network's outputs have any.
  case missingLabels(term: String)
  /// The part of this name needs the class of each example, and there are soft labels, which it does not take.
  case softLabels(term: String)
  /// The soft labels of a batch are no probabilities for each class of the student's logits; the text says what
  /// they are.
  case unfitSoftLabels(String)
  /// The term of this name remembers something of each example and needs the student's `indices`.
  case missingIndices(term: String)
  /// The labels of student and teacher differ at the example of this index: the student's, the
  /// teacher's.
  case unequalLabels(Int, Int, at: Int)
  /// No moment was given, and these terms depend on it.
  case missingMoment(terms: [String])
  /// No state was given, and these terms own tensors.
  case missingState([String])
  /// The loss is composed wrongly, whatever the outputs.
  case composition(CompositionError)
  /// A label, at the example of this index, is none of the classes 0..<`classes`. `place` says where it is
  /// if it is not of the example as a whole.
  case labelOutOfRange(Int, at: Int, classes: Int, place: String? = nil)
  /// The first of two outputs has another number of examples than the second; each is named.
  case unequalBatches(String, Int, String, Int)
  /// The weights of the examples are no zeros and ones of shape [N]; the text says what they are.
  case unfitWeights(String)
  /// The mask of a network's tokens is no zeros and ones of their shape [N, T], or does not fit the other
  /// network's; the text says what it is.
  case unfitMask(String, of: Role = .student)
  /// A part of a loss takes no tokens, and this output of a network, N×T×D, is tokens.
  case tokens(String, takes: String, OutputShape, of: Role)
  /// A matcher compares entry by entry, and the values have different shapes. `from` says from which
  /// outputs they are made.
  case unequalShapes(
    String, student: [Int], teacher: [Int], from: [Role: [OutputShape]] = [:])
  /// A part of a loss takes other tensors than those of these shapes, which one network gave it. `from`
  /// says from which outputs they are made.
  case unfit(String, takes: String, shapes: [[Int]], of: Role, from: [OutputShape] = [])
  /// A part of a loss takes tokens that are square pictures: of at least `grid`×`grid` tokens, after the first
  /// `withoutFirst` of each example. A network gave it tokens of this shape, N×T×D.
  case unfitPicture(String, grid: Int, withoutFirst: Int, shape: [Int], of: Role)
  /// A matcher gave a value of this shape, which is not one number.
  case noScalar(String, shape: [Int])
  /// There is no mean of several teachers' outputs of these names, because their shapes differ.
  case noMean(String, [Int], String, [Int])
  /// A relation has this many entries, too many for one step; the largest integer if there are
  /// more.
  case tooManyEntries(String, Int)
  /// The batch needs too much memory: the term that takes most, about how many bytes the whole loss
  /// takes, and how much there is.
  case tooMuchMemory(String, needed: Int, available: String)
  /// A tensor that the loss owns was given with another shape than it must have; the text says which.
  case unfitState(String, expected: String, given: [Int])
  /// An error in the term of this name.
  indirect case inTerm(String, DistillationError)
  /// A formula cannot be read.
  case formula(FormulaError)
  /// A setting cannot be used.
  case setting(SettingError)
  /// There is no such part of this kind, a term or a relation for example; `available` are those
  /// that there are.
  case unknownName(String, kind: String, available: [String])
}

extension DistillationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingOutput(let name, let available, let role):
      "\(Self.missing(name, available, role)); \(choices(available))\(Self.remedy(for: name))"
    case .missingLabels(let term):
      "\(Self.needsLabels(term)): give them, Outputs([…], labels: …)"
    case .softLabels(let term):
      "\(Self.needsClasses(term)): give labels, Outputs([…], labels: …)"
    case .unfitSoftLabels(let found):
      "soft labels are N×C probabilities, a number of 0 or more for each of the student's 'logits', but \(found)"
    case .missingIndices(let term):
      """
      '\(term.visible)' remembers each example and needs its index in the data: give them, \
      Outputs([…], indices: …), or take a queue, \(term.visible)(memory: queue)
      """
    case .unequalLabels(let own, let other, let index):
      "the student's outputs have label \(own) for example \(index), and the teacher's \(other)"
    case .missingMoment(let terms):
      """
      \(quoted(terms)) \(terms.count == 1 ? "depends" : "depend") on the moment in training: give it, \
      at: Moment(step, of: steps)
      """
    case .missingState(let owners):
      """
      \(quoted(owners)) \(owners.count == 1 ? "owns" : "own") tensors, which 'state:' gives: begin with \
      initialState(student:teacher:seed:)
      """
    case .composition(let error): "\(error)"
    case .labelOutOfRange(let label, let index, let classes, let place):
      "label \(label) of \(place ?? "example \(index)") is not one of the classes 0..<\(classes)"
    case .unequalBatches(let first, let count, let second, let other):
      "\(first) \(Self.have(first)) \(count) examples, but \(second) \(Self.have(second)) \(other)"
    case .unfitWeights(let found):
      "'\(Outputs.exampleWeights)' takes a 0 or a 1 for each example, of shape [N], but has \(found)"
    case .unfitMask(let found, let role):
      """
      \(role == .student ? "" : "the teacher's ")'\(Outputs.tokenMask)' takes a 0 or a 1 for each token, of \
      shape [N, T], but has \(found)
      """
    case .tokens(let part, let takes, let output, let role):
      """
      \(part) takes \(takes), but the \(role.rawValue)'s \(output) is tokens N×T×D: \
      tokens(layer: \(describe(output.name))) has a row for each token, and meanToken(…) and \
      firstToken(…) have one for each example
      """
    case .unequalShapes(let matcher, let student, let teacher, let outputs):
      """
      \(matcher) compares entry by entry, but \(Self.unequal(student, teacher, outputs))\
      \(Self.hint(at: outputs, giving: student, teacher))
      """
    case .unfit(let component, let kind, let shapes, let role, let outputs):
      """
      \(component) takes \(kind), but the \(role.rawValue)'s \
      \(outputs.areShown(by: shapes) ? "value" : "\(outputs.inWords), gives a value that") has \
      \(shapes.count == 1 ? "shape" : "shapes") \
      \(shapes.map { "\($0)" }.joined(separator: " and "))
      """
    case .unfitPicture(let part, let grid, let first, let shape, let role):
      """
      \(part) takes square pictures of \(grid)×\(grid) tokens or more\
      \(first == 0 ? "" : " after the first \(first) of each example"), but the \(role.rawValue)'s value has \
      shape \(shape): \(Self.picture(of: shape[1] - first, first))
      """
    case .noScalar(let matcher, let shape):
      "\(matcher) gives a value of shape \(shape), and a matcher must give one number"
    case .noMean(let first, let shape, let second, let other):
      "'\(first)' of shape \(shape) and '\(second)' of shape \(other) have no mean"
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
    case .unfitState(let name, let expected, let given):
      "'\(name)' has shape \(expected) for these outputs, but \(given) was given"
    case .inTerm(let term, .missingIndices(let part)) where term == part:
      "\(DistillationError.missingIndices(term: part))"
    case .inTerm(let term, .missingLabels(let part)) where term == part:
      "\(DistillationError.missingLabels(term: part))"
    case .inTerm(let term, .softLabels(let part)) where term == part:
      "\(DistillationError.softLabels(term: part))"
    case .inTerm(let term, let error): "\(term): \(error)\(error.remedy(in: term))"
    case .formula(let error): "\(error)"
    case .setting(let error): "\(error)"
    case .unknownName(let name, let kind, let available):
      """
      no \(kind) '\(name.visible)'\(suggestion(for: name, in: available)); \
      \(choices(available))
      """
    }
  }
}

extension DistillationError {
  /// This error with the outputs of both networks, if it is about shapes.
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

  /// `'ce' needs labels, and there are none`, without a remedy.
  package static func needsLabels(_ term: String) -> String {
    "'\(term.visible)' needs labels, and there are none"
  }

  /// `'dkd' needs the class of each example, and there are soft labels`, without a remedy.
  package static func needsClasses(_ term: String) -> String {
    "'\(term.visible)' needs the class of each example, and there are soft labels"
  }

  /// `have` of labels, and otherwise `has`.
  private static func have(_ what: String) -> String {
    what.hasSuffix("labels") || what.hasSuffix("indices") ? "have" : "has"
  }

  /// How a term may read another output, if there is no stage.
  private func remedy(in term: String) -> String {
    guard case .missingOutput("\(OutputName.lastStage)", let available, _) = self,
      OutputName.lastStage(among: available) == nil, !term.hasPrefix("match("),
      let other = available.contains("embedding") ? "embedding" : available.first
    else { return "" }
    let name = term.prefix { $0 != "(" }
    return ", as in \(name)(layer: \(describe(other))) if '\(name)' has 'layer'"
  }

  /// What a network lacks, in words.
  private static func missing(_ name: String, _ available: [String], _ role: Role?) -> String {
    if OutputName(name) == .lastStage, OutputName.lastStage(among: available) == nil {
      return "no output\(role.map { " of the \($0.rawValue)" } ?? "") is a stage"
    }
    let owner = role.map { "the \($0.rawValue) has " } ?? ""
    return "\(owner)no output '\(name.visible)'\(suggestion(for: name, in: available))"
  }

  /// What so many tokens are, in words, and how they would be a square picture.
  private static func picture(of count: Int, _ first: Int) -> String {
    guard count > 0 else { return "no token is left" }
    let side = Int(Double(count).squareRoot())
    let others = count - side * side
    return others == 0
      ? "these are \(side)×\(side)"
      : """
      \(count) are no square, and without the first \(first + others == 1 ? "one" : "\(first + others)") they \
      are \(side)×\(side)
      """
  }

  /// How tokens may be compared of which the networks have other numbers, in words; nothing if that is not why
  /// the values differ.
  private static func hint(
    at outputs: [Role: [OutputShape]], giving student: [Int], _ teacher: [Int]
  ) -> String {
    func count(_ role: Role) -> Int? {
      let tokens = outputs[role]?.first { $0.shape.count == 3 && !OutputName($0.name).isOfClasses }
      return tokens?.shape[1]
    }
    guard let s = count(.student), let t = count(.teacher), s != t, student.count > 1,
      teacher.count > 1, student[0] != teacher[0] || (student[1], teacher[1]) == (s, t)
    else { return "" }
    return "; 'grid' averages square pictures of tokens to one number, as in resampled(grid: 7)"
  }

  /// What makes the mean over several teachers.
  private static func remedy(for name: String) -> String {
    OutputName(name).teacher == .mean
      ? "; Outputs(of: teachers, giving: loss.outputs(of: .teacher)) makes the mean" : ""
  }

  /// The difference of the values of student and teacher, in words. Their outputs are shown if a
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
  /// Whether these shapes are the outputs' own, so that nothing is left to say.
  fileprivate func areShown(by shapes: [[Int]]) -> Bool {
    isEmpty || map { $0.shape } == shapes
  }

  /// `'stage1' of shape [8, 4, 3, 3] with 'stage2' of shape [8, 6, 2, 2]`
  fileprivate var inWords: String { map { "\($0)" }.joined(separator: " with ") }
}
