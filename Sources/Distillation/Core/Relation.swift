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

  /// Whether it takes this value. Unless stated, where every tensor of it is of the kind accepted.
  func admits(_ x: Input) -> Bool

  /// What it takes, in words; unless stated, those of the kind accepted.
  var takes: String { get }

  /// What it gives for an input of a kind, as far as that is known: from it follow the matchers and
  /// relations that fit, and which entries relate examples. Unless stated, unknown.
  func gives(_ input: TensorKind) -> TensorKind

  /// The layout of the value for an input of these layouts: one, or two of a ``TensorPair``.
  ///
  /// A relation that flattens its input states it, so that only values whose entries belong together
  /// are compared. `nil`, unless stated, where nothing but the value's own shape is known.
  func layout(of inputs: [Layout]) -> Layout?

  /// How many scalars each of ``steps`` holds for an input of these layouts; as many as its value has
  /// unless stated, and 0 where that is not known. From it follows what a loss takes of memory.
  func scalarsHeld(for inputs: [Layout]) -> [Int]

  /// The ε that the method itself adds to a divisor which may be 0; `nil` unless stated. Where
  /// something has no length, the gradient may then be 1/ε times its usual size. Of a relation that
  /// adds none it is 0 there, and a test holds it to that.
  var smallestDivisor: Double? { get }

  /// The ε that the method itself sets beside a length, in the unit of its input; `nil` unless
  /// stated. Features so small that lengths come near it are no longer told apart, whatever the
  /// loss claims of scaling. A loss whose relations have none is held to its claim at any size.
  var smallestLength: Double? { get }

  func callAsFunction(_ x: Input) -> Tensor

  /// The relations that this one chains, each as a formula writes it.
  var steps: [String] { get }

  /// Evaluates this relation, or finds it among those already evaluated. Implement
  /// `callAsFunction` instead.
  func _value<K: Knowledge<Input>>(
    of knowledge: K, in role: Role, _ evaluation: inout Evaluation
  ) throws -> Tensor

  /// Evaluates a matcher on this relation without ever holding the relation's value, or returns
  /// `nil` where that is not possible. Conform to ``StreamedRelation`` instead.
  func _streamed<S: Knowledge<Input>, T: Knowledge<Input>>(
    student: S, teacher: T, with matcher: any ElementwiseMatcher, choosing random: inout Random,
    _ evaluation: inout Evaluation
  ) throws -> Tensor?

  /// The matrix of which this relation's value is the transpose, where that is all that is left to
  /// do. Only ``Transposed`` has one.
  func _untransposed<K: Knowledge<Input>>(
    of knowledge: K, in role: Role, _ evaluation: inout Evaluation
  ) throws -> Tensor?
}

extension Relation {
  public var accepts: TensorKind { .rows }

  public func admits(_ x: Input) -> Bool { shapes(of: x).allSatisfy(accepts.admits) }

  public var takes: String { "\(accepts)" }

  public func gives(_ input: TensorKind) -> TensorKind { .any }

  public func layout(of inputs: [Layout]) -> Layout? { nil }

  public func scalarsHeld(for inputs: [Layout]) -> [Int] { [layout(of: inputs)?.count ?? 0] }

  public var smallestDivisor: Double? { nil }

  public var smallestLength: Double? { nil }

  public var steps: [String] { [formula] }

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

  /// The layout of the value; `nil` too where the input is none that this relation accepts.
  func knownLayout(of inputs: [Layout]) -> Layout? { accepts(inputs) ? layout(of: inputs) : nil }

  /// What each step holds; nothing where the input is none that this relation accepts.
  func knownScalarsHeld(for inputs: [Layout]) -> [Int] {
    accepts(inputs) ? scalarsHeld(for: inputs) : [Int](repeating: 0, count: steps.count)
  }

  /// Whether there are as many inputs as it takes, each of the kind accepted.
  private func accepts(_ inputs: [Layout]) -> Bool {
    inputs.count == (Input.self == TensorPair.self ? 2 : 1)
      && inputs.allSatisfy { accepts.admits($0.shape) }
  }

  /// Throws where this relation does not take the value.
  func check(_ x: Input, in role: Role) throws {
    guard !admits(x) else { return }
    throw DistillationError.unfit(formula, takes: takes, shapes: shapes(of: x), of: role)
  }

  public func _streamed<S: Knowledge<Input>, T: Knowledge<Input>>(
    student: S, teacher: T, with matcher: any ElementwiseMatcher, choosing random: inout Random,
    _ evaluation: inout Evaluation
  ) throws -> Tensor? { nil }

  public func _untransposed<K: Knowledge<Input>>(
    of knowledge: K, in role: Role, _ evaluation: inout Evaluation
  ) throws -> Tensor? { nil }

  /// This relation, and then another of its value.
  public func then<Next: Relation<Tensor>>(_ next: Next) -> Chain<Self, Next> {
    Chain(first: self, next: next)
  }
}

/// The shapes of the tensors that a knowledge's value holds.
func shapes(of value: some Sendable) -> [[Int]] {
  switch value {
  case let x as Tensor: [x.shape]
  case let pair as TensorPair: [pair.first.shape, pair.second.shape]
  default: []
  }
}

/// A relation of a relation's value.
public struct Chain<First: Relation, Next: Relation<Tensor>>: Relation {
  let first: First
  let next: Next

  public static var summary: String { "\(First.name), then \(Next.name)." }

  public var accepts: TensorKind { first.accepts }

  public func admits(_ x: First.Input) -> Bool { first.admits(x) }

  public var takes: String { first.takes }

  public func gives(_ input: TensorKind) -> TensorKind { next.gives(first.gives(input)) }

  public func layout(of inputs: [Layout]) -> Layout? {
    first.knownLayout(of: inputs).flatMap { next.knownLayout(of: [$0]) }
  }

  public func scalarsHeld(for inputs: [Layout]) -> [Int] {
    let value = first.knownLayout(of: inputs)
    return first.knownScalarsHeld(for: inputs)
      + next.knownScalarsHeld(for: value.map { [$0] } ?? [])
  }

  public var smallestDivisor: Double? {
    [first.smallestDivisor, next.smallestDivisor].compactMap { $0 }.min()
  }

  public var smallestLength: Double? {
    // What is brought to the size of 1 first is no longer of any unit.
    let next = first.steps.last == UnitScale.name ? nil : next.smallestLength
    return [first.smallestLength, next].compactMap { $0 }.max()
  }

  public func callAsFunction(_ x: First.Input) -> Tensor { next(first(x)) }

  public func _value<K: Knowledge<First.Input>>(
    of knowledge: K, in role: Role, _ evaluation: inout Evaluation
  ) throws -> Tensor {
    try next._value(of: Related(knowledge: knowledge, relation: first), in: role, &evaluation)
  }

  public func _streamed<S: Knowledge<First.Input>, T: Knowledge<First.Input>>(
    student: S, teacher: T, with matcher: any ElementwiseMatcher, choosing random: inout Random,
    _ evaluation: inout Evaluation
  ) throws -> Tensor? {
    try next._streamed(
      student: Related(knowledge: student, relation: first),
      teacher: Related(knowledge: teacher, relation: first), with: matcher, choosing: &random,
      &evaluation)
  }

  public func _untransposed<K: Knowledge<First.Input>>(
    of knowledge: K, in role: Role, _ evaluation: inout Evaluation
  ) throws -> Tensor? {
    let inner = Related(knowledge: knowledge, relation: first)
    return try next._untransposed(of: inner, in: role, &evaluation)
  }

  public var formula: String { "\(first.formula).\(next.formula)" }

  public var steps: [String] { first.steps + next.steps }
}

/// A relation's value, as the knowledge that the next relation of a chain takes.
struct Related<K: Knowledge, R: Relation>: Knowledge where R.Input == K.Value {
  let knowledge: K
  let relation: R

  static var summary: String { "\(R.name) of \(K.name)." }

  var outputs: [String] { knowledge.outputs }

  func callAsFunction(_ outputs: Outputs) throws -> Tensor { relation(try knowledge(outputs)) }

  func _value(in role: Role, _ evaluation: inout Evaluation) throws -> Tensor {
    try relation._value(of: knowledge, in: role, &evaluation)
  }
}

/// The value itself: one example at a time, unrelated.
public struct Identity: Relation, Configurable {
  public static let summary = "The value itself: one example at a time, unrelated."

  public init() {}

  public var accepts: TensorKind { .any }

  public func gives(_ input: TensorKind) -> TensorKind { input }

  public func layout(of inputs: [Layout]) -> Layout? { inputs.first }

  /// The value is the knowledge.
  public func scalarsHeld(for inputs: [Layout]) -> [Int] { [0] }

  public func callAsFunction(_ x: Tensor) -> Tensor { x }

  /// The knowledge, which is remembered already.
  public func _value<K: Knowledge<Tensor>>(
    of knowledge: K, in role: Role, _ evaluation: inout Evaluation
  ) throws -> Tensor {
    let x = try knowledge._value(in: role, &evaluation)
    try check(x, in: role)
    return x
  }
}
