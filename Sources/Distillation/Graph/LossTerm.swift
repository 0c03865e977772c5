public import Tensors

/// A term of a loss.
///
/// Compose a term from others by writing its ``body``, as a paper writes its final equation.
public protocol LossTerm: Sendable {
  associatedtype Body: LossTerm
  @LossBuilder var body: Body { get }

  /// Lowers this term. Implement `body` instead.
  func _append(to graph: inout LossGraph, weight: Double)
}

extension LossTerm {
  public func _append(to graph: inout LossGraph, weight: Double) {
    body._append(to: &graph, weight: weight)
  }
}

/// A term that formulas call by name: a paper's loss, or one of its summands.
///
/// Its stored properties are its parameters, their initial values the published defaults. It is
/// reported under its name, with the value of its whole body; where the body is a weighted sum of
/// named terms, they are reported instead.
public protocol NamedTerm: LossTerm, Named, Configurable {
  /// The loss as the paper prints it, in Unicode.
  static var equation: String { get }

  /// What leaves the loss as it was; a test checks each claim.
  static var invariances: [Invariance] { get }

  /// Whether the loss is 0 where the student's outputs are the teacher's; a test checks it.
  static var isZeroAtTeacher: Bool { get }

  /// Whether loss and gradient are 0 for a batch of one example, which is like no other; a test checks
  /// it. Unless stated, where all that the loss compares are relations among examples.
  static var isZeroForOneExample: Bool { get }

  /// Settings under which the gradient is the exact derivative of the value: the defaults, unless
  /// these hold something constant on purpose. A test takes finite differences.
  static var differentiable: Self { get }
}

extension NamedTerm {
  public static var summary: String { equation }
  public static var invariances: [Invariance] { [.batchOrder] }
  public static var isZeroAtTeacher: Bool { true }
  public static var isZeroForOneExample: Bool { LossGraph(Self()).relatesExamples }
  public static var differentiable: Self { Self() }

  public func _append(to graph: inout LossGraph, weight: Double) {
    graph.append(self, weight: weight)
  }
}

/// A change to the student's outputs that leaves a loss as it was.
public enum Invariance: String, Sendable, CaseIterable {
  /// An orthogonal map of the features.
  case rotation
  /// A positive factor on all features.
  case scaling
  /// One vector added to every row.
  case translation
  /// A number added to every feature of a row.
  case shift
  /// The examples in another order, for student and teacher alike.
  case batchOrder
}

/// A term that cannot be written as a match: it reads the outputs as it likes.
public protocol PrimitiveTerm: LossTerm where Body == Never {
  /// The outputs of the student that it reads.
  var outputs: [OutputName] { get }

  /// The outputs of the teacher that it reads; none unless stated.
  var teacherOutputs: [OutputName] { get }

  /// The ε that the method itself adds to a divisor which may be 0, as of a
  /// ``Relation/smallestDivisor``; `nil` unless stated.
  var smallestDivisor: Double? { get }

  /// How many scalars it holds for the student's outputs beside these; none unless stated. From it
  /// follows what a loss takes of memory.
  func scalarsHeld(for student: Outputs) -> Int

  /// The loss, a scalar. Throws what is wrong with the outputs.
  ///
  /// The teacher's outputs are constants. Chance is taken from the moment:
  /// `Random(seed: moment.seed, "mining", index: moment.index)`.
  func callAsFunction(student: Outputs, teacher: Outputs, at moment: Moment) throws -> Tensor
}

extension PrimitiveTerm {
  public var teacherOutputs: [OutputName] { [] }

  public func scalarsHeld(for student: Outputs) -> Int { 0 }

  public var smallestDivisor: Double? { nil }

  public func _append(to graph: inout LossGraph, weight: Double) {
    graph.append(primitive: self, weight: weight)
  }
}

extension Never: LossTerm {
  public typealias Body = Never
}

extension LossTerm where Body == Never {
  /// Never called: such a term lowers itself.
  public var body: Never { fatalError("\(Self.self) has no body") }
}

// MARK: - Sums and weights

/// A term, times a number.
public struct Weighted<Term: LossTerm>: LossTerm {
  let weight: Double
  let term: Term

  public func _append(to graph: inout LossGraph, weight outer: Double) {
    term._append(to: &graph, weight: outer * weight)
  }
}

public func * <Term: LossTerm>(weight: Double, term: Term) -> Weighted<Term> {
  Weighted(weight: weight, term: term)
}

/// The sum of two terms.
public struct Sum<A: LossTerm, B: LossTerm>: LossTerm {
  let a: A
  let b: B

  public func _append(to graph: inout LossGraph, weight: Double) {
    a._append(to: &graph, weight: weight)
    b._append(to: &graph, weight: weight)
  }
}

public func + <A: LossTerm, B: LossTerm>(a: A, b: B) -> Sum<A, B> { Sum(a: a, b: b) }

/// A sum of terms whose number is known only when a formula is read.
struct SumOfMany: LossTerm {
  let terms: [(weight: Double, term: any LossTerm)]

  func _append(to graph: inout LossGraph, weight: Double) {
    for (inner, term) in terms { term._append(to: &graph, weight: weight * inner) }
  }
}

/// Reads each line as a summand.
@resultBuilder
public enum LossBuilder {
  public static func buildPartialBlock<T: LossTerm>(first: T) -> T { first }

  public static func buildPartialBlock<A, B>(accumulated: A, next: B) -> Sum<A, B> {
    Sum(a: accumulated, b: next)
  }
}
