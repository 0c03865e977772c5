public import Tensors

/// How the examples (or classes, or layers) of a batch relate to one another: the paper's ψ.
///
///     ψ(x₁, …, xₙ)ᵢⱼ = ‖xᵢ − xⱼ‖ / μ
///
/// Relations chain: `gram.then(rowNormalized)`. Equal prefixes of chains on equal knowledge are
/// computed once a batch.
public protocol Relation<Input>: Component {
  associatedtype Input: Sendable = Tensor

  /// The tensors that it takes; anything else is an error of whoever composed it.
  var accepts: TensorKind { get }

  func callAsFunction(_ x: Input) -> Tensor

  /// Whether an entry of the value relates examples to one another, as those of an N×N or N×N×N
  /// value do, given whether one of the input does. Unless stated, a relation changes nothing in that.
  func relatesExamples(givenInput inputDoes: Bool) -> Bool

  /// The relations that this one chains, each as a formula writes it.
  var steps: [String] { get }

  /// Evaluates this relation, or finds it among those already evaluated. Implement
  /// `callAsFunction` instead.
  func _value<K: Knowledge<Input>>(
    of knowledge: K, in role: Role, _ evaluation: inout Evaluation
  ) throws -> Tensor

  /// Evaluates a matcher on this relation without ever holding the relation's value, or returns
  /// `nil` where that is not possible. Conform to ``StreamedRelation`` instead.
  func _streamed<K: Knowledge<Input>>(
    of knowledge: K, with matcher: any Matcher, _ evaluation: inout Evaluation
  ) throws -> Tensor?
}

extension Relation {
  public var accepts: TensorKind { .rows }

  public var steps: [String] { [formula] }

  public func relatesExamples(givenInput inputDoes: Bool) -> Bool { inputDoes }

  public func _value<K: Knowledge<Input>>(
    of knowledge: K, in role: Role, _ evaluation: inout Evaluation
  ) throws -> Tensor {
    let part = Related(knowledge: knowledge, relation: self)
    return try evaluation.remembered(Evaluation.Key(role: role, part: part)) { evaluation in
      let x = try knowledge._value(in: role, &evaluation)
      try check(x, in: role)
      return self(x)
    }
  }

  /// Throws where the input is a tensor of a kind that this relation does not take.
  func check(_ x: Input, in role: Role) throws {
    guard let x = x as? Tensor, !accepts.admits(x.shape) else { return }
    throw DistillationError.unfit(formula, takes: accepts, shape: x.shape, of: role)
  }

  public func _streamed<K: Knowledge<Input>>(
    of knowledge: K, with matcher: any Matcher, _ evaluation: inout Evaluation
  ) throws -> Tensor? { nil }

  /// This relation, and then another of its value.
  public func then<Next: Relation<Tensor>>(_ next: Next) -> Chain<Self, Next> {
    Chain(first: self, next: next)
  }
}

/// A relation whose value, a stack of N×N×N entries among the N examples, need never be held: the
/// penalties of an elementwise matcher are summed slice by slice, loss and gradient in one pass.
public protocol StreamedRelation<Input>: Relation {
  /// The sums of ℓ(ψ(student) − ψ(teacher)) over the entries of three different examples, and over
  /// the others, which have no gradient.
  func penalties(
    student: Input, teacher: Input, by penalty: Penalty
  ) -> (distinct: Tensor, others: Double)
}

extension StreamedRelation {
  public func relatesExamples(givenInput inputDoes: Bool) -> Bool { true }

  public func _streamed<K: Knowledge<Input>>(
    of knowledge: K, with matcher: any Matcher, _ evaluation: inout Evaluation
  ) throws -> Tensor? {
    guard let matcher = matcher as? any ElementwiseMatcher else { return nil }
    let student = try knowledge._value(in: .student, &evaluation)
    let teacher = try knowledge._value(in: .teacher, &evaluation)
    try check(student, in: .student)
    try check(teacher, in: .teacher)
    guard let s = (student as? Tensor)?.shape, let t = (teacher as? Tensor)?.shape else {
      return nil
    }
    guard s[0] == t[0] else {
      throw DistillationError.unequalShapes(formula, student: s, teacher: t)
    }
    let (distinct, others) = penalties(student: student, teacher: teacher, by: matcher.penalty)
    return matcher.reduction(distinct: distinct, others: others, shape: [s[0], s[0], s[0]])
  }
}

/// A relation of a relation's value.
public struct Chain<First: Relation, Next: Relation<Tensor>>: Relation {
  let first: First
  let next: Next

  public var accepts: TensorKind { first.accepts }

  public func callAsFunction(_ x: First.Input) -> Tensor { next(first(x)) }

  public func _value<K: Knowledge<First.Input>>(
    of knowledge: K, in role: Role, _ evaluation: inout Evaluation
  ) throws -> Tensor {
    try next._value(of: Related(knowledge: knowledge, relation: first), in: role, &evaluation)
  }

  public func _streamed<K: Knowledge<First.Input>>(
    of knowledge: K, with matcher: any Matcher, _ evaluation: inout Evaluation
  ) throws -> Tensor? {
    try next._streamed(
      of: Related(knowledge: knowledge, relation: first), with: matcher, &evaluation)
  }

  public var formula: String { "\(first.formula).\(next.formula)" }

  public var steps: [String] { first.steps + next.steps }

  public func relatesExamples(givenInput inputDoes: Bool) -> Bool {
    next.relatesExamples(givenInput: first.relatesExamples(givenInput: inputDoes))
  }
}

/// A relation's value, as the knowledge that the next relation of a chain takes.
struct Related<K: Knowledge, R: Relation>: Knowledge where R.Input == K.Value {
  let knowledge: K
  let relation: R

  var outputs: [String] { knowledge.outputs }

  func callAsFunction(_ outputs: Outputs) throws -> Tensor { relation(try knowledge(outputs)) }

  func _value(in role: Role, _ evaluation: inout Evaluation) throws -> Tensor {
    try relation._value(of: knowledge, in: role, &evaluation)
  }
}

/// The value itself: one example at a time, unrelated.
public struct Identity: Relation, Configurable {
  public init() {}

  public var accepts: TensorKind { .any }

  public func callAsFunction(_ x: Tensor) -> Tensor { x }
}
