public import Tensors

/// A term of a loss.
///
/// Compose a term from others by writing its ``body``, as a paper writes its final equation.
public protocol LossTerm: Sendable {
  /// The type of the body; a term that is a primitive has `Never`.
  associatedtype Body: LossTerm
  /// The terms whose sum it is, one on each line.
  @LossBuilder var body: Body { get }

  /// Appends this term to a loss. Implement ``body`` instead.
  func _append(to graph: inout LossGraph, weight: Double)
}

extension LossTerm {
  public func _append(to graph: inout LossGraph, weight: Double) {
    body._append(to: &graph, weight: weight)
  }
}

/// A term that formulas call by name: a paper's loss, or one of its summands.
///
/// Its stored properties are its parameters, and ``Configurable/standard`` has the published defaults. It
/// is reported under its name, with the value of its whole body. If the body is a weighted sum of named
/// terms, these are reported instead.
public protocol NamedTerm: LossTerm, Named, Configurable, CustomStringConvertible {
  /// The loss as the paper prints it, in Unicode.
  static var equation: String { get }

  /// The changes that leave the loss as it was; a test checks each claim.
  static var invariances: [Invariance] { get }

  /// Whether the loss is 0 if the student's outputs are the teacher's; a test checks it. It is `true`
  /// unless stated.
  static var isZeroAtTeacher: Bool { get }

  /// Whether loss and gradient are 0 for a batch of one example; a test checks it. Unless stated, they are
  /// if the loss compares nothing except relations among examples, by matchers that are
  /// ``/Distillation/Matcher/isZeroForOneNumber``.
  static var isZeroForOneExample: Bool { get }

  /// Settings under which the gradient is the exact derivative of the value. These are the defaults,
  /// unless the defaults hold something constant on purpose. A test takes finite differences.
  static var differentiable: Self { get }
}

extension NamedTerm {
  public static var summary: String { equation }
  public static var invariances: [Invariance] { [.batchOrder] }
  public static var isZeroAtTeacher: Bool { true }
  public static var isZeroForOneExample: Bool { LossGraph(unchecked: standard).isZeroForOneExample }
  public static var differentiable: Self { standard }

  /// The term as a formula writes it.
  public var description: String { formula }

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
  /// Another order of the examples, the same for student and teacher.
  case batchOrder
  /// Another order of the tokens of each example, the same for student and teacher.
  case tokenOrder
  /// An orthogonal map of the student's features, and of the rows of the weights that a learned map
  /// multiplies them with.
  case mapRotation
}

/// A term that cannot be written as a match. It reads the outputs as it likes.
public protocol PrimitiveTerm: LossTerm where Body == Never {
  /// The outputs of the student that it reads.
  var outputs: [OutputName] { get }

  /// The outputs of the teacher that it reads; none unless stated.
  var teacherOutputs: [OutputName] { get }

  /// Whether it reads the labels of the batch, `student.labels`; `false` unless stated. If it does, it is
  /// given no examples with the label ``/Distillation/Outputs/ignoredLabel``, and its value is 0 if no others are left.
  var readsLabels: Bool { get }

  /// Whether it takes the soft labels of the batch, `student.softLabels`, where there are no labels; `false`
  /// unless stated.
  var takesSoftLabels: Bool { get }

  /// Whether it takes outputs of tokens N×T×D, and leaves out those that the mask leaves out, as
  /// ``/Distillation/Outputs/tokens(_:for:)`` does; `false` unless stated. If it does not, tokens are an error.
  var takesTokens: Bool { get }

  /// The ε that the method itself adds to a divisor that may be 0, as in
  /// ``/Distillation/Relation/smallestDivisor``; `nil` unless stated.
  var smallestDivisor: Double? { get }

  /// How many scalars it holds for the student's outputs, beside these; none unless stated. The memory that
  /// a loss needs follows from it.
  func scalarsHeld(for student: Outputs) -> Int

  /// The loss, a scalar. The teacher's outputs are constants.
  ///
  /// - Throws: An error, usually ``/Distillation/DistillationError``, if an output is missing or does not fit.
  func callAsFunction(student: Outputs, teacher: Outputs) throws -> Tensor
}

extension PrimitiveTerm {
  public var teacherOutputs: [OutputName] { [] }

  public var readsLabels: Bool { false }

  public var takesSoftLabels: Bool { false }

  public var takesTokens: Bool { false }

  public func scalarsHeld(for student: Outputs) -> Int { 0 }

  public var smallestDivisor: Double? { nil }

  public func _append(to graph: inout LossGraph, weight: Double) {
    graph.append(primitive: self, weight: weight)
  }
}

/// A term that cannot be written as a match, and that depends on the moment: it draws by chance, or it
/// changes during training.
///
/// A loss with such a term is evaluated only at a stated ``Moment``.
public protocol MomentTerm: PrimitiveTerm {
  /// Whether it depends on the moment with its present parameters; `true` unless stated.
  var dependsOnMoment: Bool { get }

  /// The loss at a moment, a scalar. The teacher's outputs are constants.
  ///
  /// Take chance from the moment: `Random(seed: moment.seed, "mining", index: moment.index)`.
  ///
  /// - Throws: An error, usually ``/Distillation/DistillationError``, if an output is missing or does not fit.
  func callAsFunction(student: Outputs, teacher: Outputs, at moment: Moment) throws -> Tensor
}

extension MomentTerm {
  public var dependsOnMoment: Bool { true }

  /// Traps: without a moment there is no value. A loss calls the term with its moment.
  public func callAsFunction(student: Outputs, teacher: Outputs) throws -> Tensor {
    fatalError("[\(Self.self)] it depends on the moment: call it with one, at: moment")
  }
}

extension Never: LossTerm {
  /// A term without a body has `Never` in its place.
  public typealias Body = Never
}

extension LossTerm where Body == Never {
  /// It is never called: a term without a body appends itself.
  public var body: Never { fatalError("\(Self.self) has no body") }
}
