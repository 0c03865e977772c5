import Tensors

extension LossGraph {
  /// The value of a node for the student, matched to the value of a node for the teacher.
  ///
  /// A class, because it never changes and has many members, which an evaluation would copy at each step.
  package final class Match: Sendable {
    /// The student's node and the teacher's, which have the same relations.
    package let student: Int
    package let teacher: Int
    /// The nodes of the knowledge from which these are made.
    let studentKnowledge: Int
    let teacherKnowledge: Int
    let selection: Selection?
    package let matcher: any Matcher

    /// The match as a formula would write it. Formulas have no word for a selection of rows.
    package let formula: String

    let strategy: Strategy

    /// Whether the student's knowledge joins axes of tokens and pixels alone.
    let joinsOnlyPlaces: Bool

    /// Whether it and its gradient are 0 for one example, as far as the parts tell: every entry that it
    /// compares relates examples, and the matcher leaves nothing of a single number.
    let isZeroForOneExample: Bool
    let smallestDivisor: Double?
    let smallestLength: Double?

    init(
      student: Int, teacher: Int, selection: Selection?, matcher: any Matcher, in nodes: inout Nodes
    ) {
      (self.student, self.teacher) = (student, teacher)
      (studentKnowledge, teacherKnowledge) = (nodes.root(of: student), nodes.root(of: teacher))
      (self.selection, self.matcher) = (selection, matcher)
      let knowledge = nodes.knowledge(of: studentKnowledge)
      joinsOnlyPlaces = knowledge is any WholeOutput || knowledge is Probabilities
      let relations = nodes.relations(to: student)
      let kind = relations.reduce(knowledge.kind) { $1.gives($0) }
      formula = nodes.formula(
        matching: student, to: teacher, keeping: selection?.formula, with: matcher)
      strategy = Strategy(
        student: student, teacher: teacher, isSelective: selection != nil, matcher, kind: kind,
        in: &nodes)
      isZeroForOneExample =
        selection == nil && matcher.isZeroForOneNumber
        && relations.relateExamples(of: knowledge.kind)
      smallestDivisor = [relations.smallestDivisor, matcher.smallestDivisor].compactMap { $0 }.min()
      smallestLength = relations.smallestLength
    }

    /// The selection of rows that are compared, as text; `nil` if all are.
    package var selectionFormula: String? { selection?.formula }

    /// Whether the value of the last relation is never held.
    package var isStreamed: Bool {
      if case .streamed = strategy { true } else { false }
    }

    /// A selection of rows, which the student's knowledge decides.
    enum Selection: Sendable {
      case ofTensor(any RowSelection<Tensor>)
      case ofLayers(any RowSelection<TensorPair>)

      var formula: String {
        switch self {
        case .ofTensor(let selection): selection.formula
        case .ofLayers(let selection): selection.formula
        }
      }
    }

    /// The way in which the values are compared. It is decided when the loss is built.
    enum Strategy: Sendable {
      /// The matcher compares whole values.
      case whole
      /// The matcher multiplies by the weight of the term itself.
      case weighted(any WeightedMatcher)
      /// The values, which are of a kind, are compared entry by entry.
      case entries(any ElementwiseMatcher, kind: TensorKind)
      /// The values are compared entry by entry, while they are computed from the inputs.
      case streamed(
        any StreamedRelation, any ElementwiseMatcher, (student: Stream, teacher: Stream))
      /// The columns of these nodes are compared in place of the rows of their transposes.
      case columns(any VectorMatcher, student: Int, teacher: Int)
    }

    /// The node whose value a streamed relation takes, and the node of its inner products.
    struct Stream: Sendable {
      let input: Int
      let products: Int
    }
  }
}

extension LossGraph.Match {
  /// Throws if the matcher does not take values of these shapes.
  func check(_ student: [Int], _ teacher: [Int]) throws {
    guard student == teacher else {
      throw DistillationError.unequalShapes(matcher.formula, student: student, teacher: teacher)
    }
    guard matcher.accepts.admits(student) else {
      throw DistillationError.unfit(
        matcher.formula, takes: "\(matcher.accepts)", shapes: [student], of: .student)
    }
  }
}

extension LossGraph.Match.Strategy {
  fileprivate init(
    student: Int, teacher: Int, isSelective: Bool, _ matcher: any Matcher, kind: TensorKind,
    in nodes: inout Nodes
  ) {
    let relation = nodes[student].relation
    switch matcher {
    case let matcher as any VectorMatcher where relation is Transposed && !isSelective:
      self = .columns(
        matcher, student: nodes.input(of: student), teacher: nodes.input(of: teacher))
    case let matcher as any ElementwiseMatcher:
      guard let relation = relation as? any StreamedRelation, !isSelective else {
        self = .entries(matcher, kind: kind)
        return
      }
      self = .streamed(
        relation, matcher, (student: nodes.stream(to: student), teacher: nodes.stream(to: teacher)))
    case let matcher as any WeightedMatcher: self = .weighted(matcher)
    default: self = .whole
    }
  }
}

extension Nodes {
  /// The node whose value a relation takes.
  fileprivate func input(of index: Int) -> Int {
    guard let input = self[index].input else { fatalError("[loss] a relation of nothing") }
    return input
  }

  fileprivate mutating func stream(to index: Int) -> LossGraph.Match.Stream {
    let input = input(of: index)
    return LossGraph.Match.Stream(input: input, products: indexOfProducts(from: input))
  }

  /// The knowledge of the student and of the teacher as formulas write it, with the learned maps; and the
  /// relations of both.
  package func parts(
    matching student: Int, to teacher: Int
  ) -> (knowledge: String, target: String, relations: [any Relation]) {
    let relations = relations(to: student)
    let maps = relations.compactMap { $0 as? LearnedMap }
    func knowledge(_ index: Int, of role: Role) -> String {
      let knowledge = self.knowledge(of: index)
      return maps.first { $0.side == role }?.formula(of: knowledge) ?? knowledge.formula
    }
    return (
      knowledge(student, of: .student), knowledge(teacher, of: .teacher),
      Array(relations.dropFirst(maps.count))
    )
  }

  /// A match as a formula would write it.
  fileprivate func formula(
    matching student: Int, to teacher: Int, keeping selection: String?, with matcher: any Matcher
  ) -> String {
    let (knowledge, target, relations) = parts(matching: student, to: teacher)
    let isDirect = relations.count == 1 && relations[0] is Identity
    let to = target == knowledge ? "" : ", to: \(target)"
    let by = isDirect ? "" : ", by: \(relations.map { $0.formula }.joined(separator: "."))"
    let keeping = selection.map { ", keeping: \($0)" } ?? ""
    return "match(\(knowledge)\(to)\(by)\(keeping), with: \(matcher.formula))"
  }
}

extension [any Relation] {
  /// Whether they turn knowledge of a kind into a value whose entries relate examples. What follows
  /// `transposed` relates classes or features instead, unless examples were related before.
  fileprivate func relateExamples(of knowledge: TensorKind) -> Bool {
    var (kind, isOfExamples) = (knowledge, true)
    for relation in self {
      if relation is Transposed, !kind.relatesExamples { isOfExamples.toggle() }
      kind = relation.gives(kind)
    }
    return kind.relatesExamples && isOfExamples
  }
}
