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
  public static var isZeroForOneExample: Bool { LossGraph(unchecked: standard).relatesExamples }
  public static var differentiable: Self { standard }

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

  /// The loss, a scalar. The teacher's outputs are constants.
  ///
  /// - Throws: What is wrong with the outputs.
  func callAsFunction(student: Outputs, teacher: Outputs) throws -> Tensor
}

extension PrimitiveTerm {
  public var teacherOutputs: [OutputName] { [] }

  public func scalarsHeld(for student: Outputs) -> Int { 0 }

  public var smallestDivisor: Double? { nil }

  public func _append(to graph: inout LossGraph, weight: Double) {
    graph.append(primitive: self, weight: weight)
  }
}

/// A term that cannot be written as a match, and that depends on the moment: it draws by chance, or it
/// changes while training goes on.
///
/// A loss with such a term is evaluated only at a stated ``Moment``.
public protocol MomentTerm: PrimitiveTerm {
  /// Whether it depends on the moment as it is set; `true` unless stated.
  var dependsOnMoment: Bool { get }

  /// The loss at a moment, a scalar. The teacher's outputs are constants.
  ///
  /// Take chance from the moment: `Random(seed: moment.seed, "mining", index: moment.index)`.
  ///
  /// - Throws: What is wrong with the outputs.
  func callAsFunction(student: Outputs, teacher: Outputs, at moment: Moment) throws -> Tensor
}

extension MomentTerm {
  public var dependsOnMoment: Bool { true }

  /// The loss at the first moment.
  public func callAsFunction(student: Outputs, teacher: Outputs) throws -> Tensor {
    try self(student: student, teacher: teacher, at: Moment())
  }
}

extension Never: LossTerm {
  public typealias Body = Never
}

extension LossTerm where Body == Never {
  /// Never called: such a term lowers itself.
  public var body: Never { fatalError("\(Self.self) has no body") }
}
