public import Tensors

/// A relation by a closure, for experiments: `match(.embedding, by: { $0.gram }, with: .meanSquare)`.
///
/// Its name is the place of the closure in the source. Nothing is known of it before it is called, so
/// a value that it cannot take is found only then. Two closures are never the same relation.
public struct ClosureRelation: Relation {
  public static let summary = "A closure."

  private let function: @Sendable (Tensor) -> Tensor
  private let place: String
  private let identity = Identity()

  /// What tells it from other closures: a class, because only objects have an identity.
  private final class Identity: Sendable {}

  /// - Parameters:
  ///   - function: From the value of a network to the relation's value.
  ///   - place: What it is called.
  public init(_ function: @escaping @Sendable (Tensor) -> Tensor, called place: String) {
    (self.function, self.place) = (function, place)
  }

  public var accepts: TensorKind { .any }

  public var formula: String { "{ \(place) }" }

  public func callAsFunction(_ x: Tensor) -> Tensor { function(x) }

  public static func == (a: Self, b: Self) -> Bool { a.identity === b.identity }

  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(identity)) }
}
