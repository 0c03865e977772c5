public import Tensors

/// The relation of the examples of a batch (or of classes, or of layers) to each other: the paper's ψ.
///
///     ψ(x₁, …, xₙ)ᵢⱼ = ‖xᵢ − xⱼ‖ / μ
///
/// Relations chain: `gram.then(rowNormalized)`. Equal prefixes of chains on equal knowledge are
/// computed once a batch.
public protocol Relation<Input>: Named {
  /// A tensor, or a ``TensorPair`` of two layers.
  associatedtype Input: Sendable = Tensor

  /// The tensors that it takes; rows unless stated. A loss that gives it others is refused.
  var accepts: TensorKind { get }

  /// Whether it takes this value. Unless stated, it does if every tensor of the value is of the kind
  /// that it accepts.
  func admits(_ x: Input) -> Bool

  /// The values that it takes, in words; those of the kind that it accepts unless stated.
  var takes: String { get }

  /// The kind of its value for an input of a kind, as far as it is known; unknown unless stated. From it
  /// follow the matchers and relations that fit, and which entries relate examples.
  func gives(_ input: TensorKind) -> TensorKind

  /// The layout of the value for an input of these layouts: one, or two for a pair of tensors.
  ///
  /// A relation that flattens its input states it, so that only values whose entries belong together are
  /// compared. It is `nil` unless stated: then only the value's own shape is known.
  func layout(of inputs: [Layout]) -> Layout?

  /// How many scalars it holds for an input of these layouts. Unless stated, these are as many as its
  /// value has, and 0 if that is not known. The memory that a loss needs follows from it.
  func scalarsHeld(for inputs: [Layout]) -> Int

  /// The ε that the method itself adds to a divisor that may be 0; `nil` unless stated. If something has
  /// no length, the gradient may then be 1/ε times its usual size. For a relation that adds no ε the
  /// gradient is 0 there, and a test checks it.
  var smallestDivisor: Double? { get }

  /// The ε that the method itself sets beside a length, in the unit of its input; `nil` unless stated.
  /// If features are so small that lengths come near it, they are no longer told apart, whatever the
  /// loss claims about scaling. If the relations of a loss have none, its claim is tested at any size.
  var smallestLength: Double? { get }

  /// The value for an input that this relation admits: the value of a knowledge, or of another
  /// relation.
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

  /// The layout of the value; also `nil` if this relation does not accept the input.
  func knownLayout(of inputs: [Layout]) -> Layout? { accepts(inputs) ? layout(of: inputs) : nil }

  /// The relations of which it consists, each as a formula writes it.
  package var steps: [String] { (self as? any StepwiseRelation)?.ownSteps ?? [formula] }

  /// Throws if this relation does not take the value.
  func check(_ x: Input, in role: Role) throws {
    guard !admits(x) else { return }
    throw DistillationError.unfit(formula, takes: takes, shapes: shapes(of: x), of: role)
  }
}

extension Relation where Input == Tensor {
  /// Whether the tensor is of the kind that it accepts.
  public func admits(_ x: Tensor) -> Bool { accepts.admits(x.shape) }
}

/// A relation that is computed at once, although a formula writes it as several.
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
