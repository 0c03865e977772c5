public import Tensors

/// One relation, and then another of its value: `gram.rowNormalized`.
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

  public var smallestDivisor: Double? { links.smallestDivisor }

  public var smallestLength: Double? { links.smallestLength }

  public func callAsFunction(_ x: First.Input) -> Tensor { next(first(x)) }

  public var formula: String { "\(first.formula).\(next.formula)" }
}

extension Relation {
  /// This relation, and then another of its value.
  public func then<Next: Relation<Tensor>>(_ next: Next) -> Chain<Self, Next> {
    Chain(first: self, next: next)
  }
}

/// A chain of any two relations. A loss takes it apart, and computes each link once for all chains that
/// begin alike.
protocol ChainedRelation: Relation {
  /// The relations that it chains. None of them is a chain itself.
  var links: [any Relation] { get }
}

extension Chain: ChainedRelation {
  var links: [any Relation] { first.linksOrSelf + next.linksOrSelf }
}

extension Relation {
  /// The relations that it chains, or itself.
  var linksOrSelf: [any Relation] { (self as? any ChainedRelation)?.links ?? [self] }
}

extension [any Relation] {
  /// The least ε that a link adds to a divisor.
  var smallestDivisor: Double? { compactMap { $0.smallestDivisor }.min() }

  /// The largest ε that a link sets beside a length.
  var smallestLength: Double? {
    // After `unitScale` a value has no unit, and an ε beside it does not count.
    indices.filter { $0 == 0 || !(self[$0 - 1] is UnitScale) }
      .compactMap { self[$0].smallestLength }.max()
  }
}
