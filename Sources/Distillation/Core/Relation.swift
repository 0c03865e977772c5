public import Tensors

/// How the examples (or classes, or layers) of a batch relate to one another: the paper's ψ.
///
///     ψ(x₁, …, xₙ)ᵢⱼ = ‖xᵢ − xⱼ‖ / μ
///
/// Relations chain: `gram.then(rowNormalized)`. Equal prefixes of chains on equal knowledge are
/// computed once a batch.
public protocol Relation<Input>: Named {
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

  /// How many scalars it holds for an input of these layouts; as many as its value has unless stated,
  /// and 0 where that is not known. From it follows what a loss takes of memory.
  func scalarsHeld(for inputs: [Layout]) -> Int

  /// The ε that the method itself adds to a divisor which may be 0; `nil` unless stated. Where
  /// something has no length, the gradient may then be 1/ε times its usual size. Of a relation that
  /// adds none it is 0 there, and a test holds it to that.
  var smallestDivisor: Double? { get }

  /// The ε that the method itself sets beside a length, in the unit of its input; `nil` unless
  /// stated. Features so small that lengths come near it are no longer told apart, whatever the
  /// loss claims of scaling. A loss whose relations have none is held to its claim at any size.
  var smallestLength: Double? { get }

  func callAsFunction(_ x: Input) -> Tensor
}

extension Relation {
  public var accepts: TensorKind { .rows }

  public func admits(_ x: Input) -> Bool { shapes(of: x).allSatisfy(accepts.admits) }

  public var takes: String { "\(accepts)" }

  public func gives(_ input: TensorKind) -> TensorKind { .any }

  public func layout(of inputs: [Layout]) -> Layout? { nil }

  public func scalarsHeld(for inputs: [Layout]) -> Int { layout(of: inputs)?.count ?? 0 }

  public var smallestDivisor: Double? { nil }

  public var smallestLength: Double? { nil }

  /// Whether there are as many inputs as it takes, each of the kind accepted.
  func accepts(_ inputs: [Layout]) -> Bool {
    inputs.count == (Input.self == TensorPair.self ? 2 : 1)
      && inputs.allSatisfy { accepts.admits($0.shape) }
  }

  /// The layout of the value; `nil` too where the input is none that this relation accepts.
  func knownLayout(of inputs: [Layout]) -> Layout? { accepts(inputs) ? layout(of: inputs) : nil }

  /// The relations that it consists of, each as a formula writes it.
  package var steps: [String] { (self as? any StepwiseRelation)?.ownSteps ?? [formula] }

  /// Throws where this relation does not take the value.
  func check(_ x: Input, in role: Role) throws {
    guard !admits(x) else { return }
    throw DistillationError.unfit(formula, takes: takes, shapes: shapes(of: x), of: role)
  }
}

extension Relation where Input == Tensor {
  public func admits(_ x: Tensor) -> Bool { accepts.admits(x.shape) }
}

/// A relation that is computed at once, and that a formula writes as several.
protocol StepwiseRelation: Relation {
  var ownSteps: [String] { get }
}

/// The shapes of the tensors that a knowledge's value holds.
func shapes(of value: some Sendable) -> [[Int]] {
  switch value {
  case let x as Tensor: [x.shape]
  case let pair as TensorPair: [pair.first.shape, pair.second.shape]
  default: []
  }
}
