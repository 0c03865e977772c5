/// A term that is multiplied by a number: `2 * KD()`.
public struct Weighted<Term: LossTerm>: LossTerm {
  let weight: Double
  let term: Term

  public func _append(to graph: inout LossGraph, weight outer: Double) {
    term._append(to: &graph, weight: outer * weight)
  }
}

/// The sum of two terms: `KD() + RKD()`.
public struct Sum<A: LossTerm, B: LossTerm>: LossTerm {
  let a: A
  let b: B

  public func _append(to graph: inout LossGraph, weight: Double) {
    a._append(to: &graph, weight: weight)
    b._append(to: &graph, weight: weight)
  }
}

/// A sum of terms whose number is known only when a formula is read.
struct SumOfMany: LossTerm {
  let terms: [(weight: Double, term: any LossTerm)]

  func _append(to graph: inout LossGraph, weight: Double) {
    for (inner, term) in terms { term._append(to: &graph, weight: weight * inner) }
  }
}

/// A number that a term can be multiplied or divided by: `2 * KD()`.
public protocol LossFactor {
  /// The number as a Double.
  var lossFactor: Double { get }
}

extension Double: LossFactor {
  public var lossFactor: Double { self }
}

extension Float: LossFactor {
  /// The number of the fewest figures that is the same Float: 0.3 for 0.3.
  public var lossFactor: Double { Double("\(self)") ?? Double(self) }
}

extension Int: LossFactor {
  public var lossFactor: Double { Double(self) }
}

// MARK: - Operators

/// The term, times a number.
public func * <Term: LossTerm>(weight: some LossFactor, term: Term) -> Weighted<Term> {
  Weighted(weight: weight.lossFactor, term: term)
}

/// The term, times a number.
public func * <Term: LossTerm>(term: Term, weight: some LossFactor) -> Weighted<Term> {
  Weighted(weight: weight.lossFactor, term: term)
}

/// The term, divided by a number.
public func / <Term: LossTerm>(term: Term, divisor: some LossFactor) -> Weighted<Term> {
  Weighted(weight: 1 / divisor.lossFactor, term: term)
}

/// The term with the opposite sign.
public prefix func - <Term: LossTerm>(term: Term) -> Weighted<Term> {
  Weighted(weight: -1, term: term)
}

/// The sum of two terms.
public func + <A: LossTerm, B: LossTerm>(a: A, b: B) -> Sum<A, B> { Sum(a: a, b: b) }

/// The difference of two terms.
public func - <A: LossTerm, B: LossTerm>(a: A, b: B) -> Sum<A, Weighted<B>> { Sum(a: a, b: -b) }

// MARK: - Printing

extension Weighted: CustomStringConvertible {
  /// How a formula would write it.
  public var description: String { LossGraph(unchecked: self).formula }
}

extension Sum: CustomStringConvertible {
  /// How a formula would write it.
  public var description: String { LossGraph(unchecked: self).formula }
}

extension Match: CustomStringConvertible {
  /// How a formula would write it.
  public var description: String { LossGraph(unchecked: self).formula }
}

extension Adaptive: CustomStringConvertible {
  /// How a formula would write it.
  public var description: String { LossGraph(unchecked: self).formula }
}

extension GradientNorm: CustomStringConvertible {
  /// How a formula would write it.
  public var description: String { LossGraph(unchecked: self).formula }
}

extension Scheduled: CustomStringConvertible {
  /// How a formula would write it.
  public var description: String { LossGraph(unchecked: self).formula }
}

extension Uncertainty: CustomStringConvertible {
  /// How a formula would write it.
  public var description: String { LossGraph(unchecked: self).formula }
}
