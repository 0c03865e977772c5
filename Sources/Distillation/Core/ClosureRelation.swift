public import Tensors

/// A relation by a closure, for experiments: `match(.embedding, by: { $0.gram }, with: .meanSquare)`.
///
/// Its name is the place of the closure in the source. Nothing is known about it before it is called,
/// so a value that it cannot take is found only then. Two closures are never the same relation.
public struct ClosureRelation: Relation {
  public static let summary = "A closure."

  private let function: @Sendable (Tensor) -> Tensor
  private let place: String
  private let identity = Identity()

  /// The identity that tells it from other closures. It is a class, because only objects have one.
  private final class Identity: Sendable {}

  /// Makes a relation of a closure.
  ///
  /// - Parameters:
  ///   - function: The closure, from the value of a network to the relation's value. It is made of
  ///     operations of tensors.
  ///   - place: The name of the relation.
  public init(_ function: @escaping @Sendable (Tensor) -> Tensor, called place: String) {
    (self.function, self.place) = (function, place)
  }

  public var accepts: TensorKind { .any }

  public var formula: String { "{ \(place) }" }

  public func callAsFunction(_ x: Tensor) -> Tensor { function(x) }

  public static func == (a: Self, b: Self) -> Bool { a.identity === b.identity }

  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(identity)) }
}
