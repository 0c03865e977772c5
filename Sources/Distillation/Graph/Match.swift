public import Tensors

/// ℓ(ψ(student), ψ(teacher)): a matcher compares a relation of the student's knowledge with the same
/// relation of the teacher's. The functions `match(…)` make it.
public struct Match<K: Knowledge, R: Relation, M: Matcher>: LossTerm where R.Input == K.Value {
  let knowledge: K
  /// The teacher's knowledge, if it is not the student's.
  let teacherKnowledge: (any Knowledge<K.Value>)?
  let relation: R
  var selection: (any RowSelection<K.Value>)?
  let matcher: M

  public func _append(to graph: inout LossGraph, weight: Double) {
    var nodes = graph.knowledgeNodes(of: knowledge, to: teacherKnowledge ?? knowledge)
    for map in graph.maps(of: knowledge, to: teacherKnowledge) {
      nodes = graph.nodes.indices(of: map, from: nodes)
    }
    nodes = graph.nodes.indices(of: relation, from: nodes)
    graph.append(
      matching: nodes.student, to: nodes.teacher, keeping: selection.map(Selection.init),
      with: matcher, weight: weight)
  }

  private typealias Selection = LossGraph.Match.Selection
}

extension LossGraph {
  /// The nodes of the student's knowledge and the teacher's, without learned maps.
  fileprivate mutating func knowledgeNodes(
    of knowledge: any Knowledge, to target: any Knowledge
  ) -> NodePair {
    let (own, other) = (knowledge.unprojected, target.unprojected)
    let student = nodes.index(of: own.beside(other))
    return NodePair(student: student, teacher: teacherNode(of: other.beside(own)))
  }

  /// The learned maps of the student's knowledge and of the teacher's, if that is another one.
  fileprivate mutating func maps(
    of knowledge: any Knowledge, to target: (any Knowledge)?
  ) -> [LearnedMap] {
    guard let target else { return knowledge.projection.map { [$0] } ?? [] }
    let projected = [(Role.student, knowledge), (.teacher, target)].filter {
      $0.1.projection != nil
    }
    for (role, knowledge) in projected where knowledge.projection?.side != role {
      refuse(
        knowledge is Resampled
          ? "'projection' maps the student's tokens, and these are the teacher's"
          : "'projected' of the \(role.rawValue)'s layer needs 'side: \(role.rawValue)'",
        in: knowledge.formula)
    }
    return projected.compactMap { $0.1.projection }
  }
}

extension LossGraph.Match.Selection {
  fileprivate init<Value>(_ selection: any RowSelection<Value>) {
    switch selection {
    case let selection as any RowSelection<Tensor>: self = .ofTensor(selection)
    case let selection as any RowSelection<TensorPair>: self = .ofLayers(selection)
    default: fatalError("[loss] \(selection.formula) takes no Tensor and no TensorPair")
    }
  }
}

/// Matches a relation of the student's knowledge to the same relation of the teacher's.
public func match<K, R, M>(_ knowledge: K, by relation: R, with matcher: M) -> Match<K, R, M> {
  Match(knowledge: knowledge, teacherKnowledge: nil, relation: relation, matcher: matcher)
}

/// Matches a relation of the student's knowledge to the same relation of other knowledge of the teacher's,
/// for example of another layer.
public func match<K, R, M>(
  _ knowledge: K, to teacherKnowledge: some Knowledge<K.Value>, by relation: R, with matcher: M
) -> Match<K, R, M> {
  Match(
    knowledge: knowledge, teacherKnowledge: teacherKnowledge, relation: relation, matcher: matcher)
}

/// Matches the result of a closure for the student's knowledge to its result for the teacher's.
///
///     match(.embedding, by: { $0.gram }, with: .meanSquare)
///
/// The closure is made of operations of tensors. The term is named for its place in the source.
public func match<K, M>(
  _ knowledge: K, by relation: @escaping @Sendable (Tensor) -> Tensor,
  with matcher: M = MeanSquare.standard, file: StaticString = #fileID, line: UInt = #line
) -> Match<K, ClosureRelation, M> where K.Value == Tensor {
  match(knowledge, by: ClosureRelation(relation, called: "\(file):\(line)"), with: matcher)
}

/// Matches the result of a closure for the student's knowledge to its result for other knowledge of the
/// teacher's, for example of another layer.
public func match<K, M>(
  _ knowledge: K, to teacherKnowledge: some Knowledge<Tensor>,
  by relation: @escaping @Sendable (Tensor) -> Tensor,
  with matcher: M = MeanSquare.standard, file: StaticString = #fileID, line: UInt = #line
) -> Match<K, ClosureRelation, M> where K.Value == Tensor {
  match(
    knowledge, to: teacherKnowledge,
    by: ClosureRelation(relation, called: "\(file):\(line)"), with: matcher)
}

/// Matches some rows of a relation of the student's knowledge to the same rows of the teacher's.
public func match<K, R, M>(
  _ knowledge: K, by relation: R, keeping selection: some RowSelection<K.Value>, with matcher: M
) -> Match<K, R, M> {
  Match(
    knowledge: knowledge, teacherKnowledge: nil, relation: relation, selection: selection,
    matcher: matcher)
}

/// A selection of the rows of a relation's value that a match compares. The student's knowledge decides it
/// anew at each step, and the decision has no gradient.
public protocol RowSelection<Value>: Sendable {
  /// The value of the student's knowledge: a tensor, or a ``TensorPair``.
  associatedtype Value: Sendable

  /// The rows that are kept, in ascending order; `nil` if all are.
  func rows(of student: Value) -> [Int]?

  /// Its name and settings as text; unless stated, the type's name and stored properties.
  var formula: String { get }
}

extension RowSelection {
  public var formula: String {
    let settings = Mirror(reflecting: self).children.compactMap { child in
      child.label.map { "\($0): \(describe(child.value))" }
    }
    let arguments = settings.isEmpty ? "" : "(\(settings.joined(separator: ", ")))"
    return lowerCamelCase(String(describing: Self.self)) + arguments
  }
}

/// Matches the student's knowledge to the teacher's directly, one example at a time.
public func match<K, M>(_ knowledge: K, with matcher: M) -> Match<K, Identity, M>
where K.Value == Identity.Input {
  match(knowledge, by: Identity(), with: matcher)
}

/// Matches the student's knowledge to other knowledge of the teacher's directly.
public func match<K, M>(
  _ knowledge: K, to teacherKnowledge: some Knowledge<Tensor>, with matcher: M
) -> Match<K, Identity, M> where K.Value == Identity.Input {
  match(knowledge, to: teacherKnowledge, by: Identity(), with: matcher)
}
