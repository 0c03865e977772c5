public import Distillation

extension Relation where Self == Simplices {
  /// Distances of two examples, angles of three, dihedral angles of four.
  public static var simplices: Simplices { .standard }

  /// Distances of two examples, angles of three, dihedral angles of four.
  public static func simplices(order: Int) -> Simplices { Simplices(order: order) }
}

extension Relation {
  /// This relation, then ``/Simplex/Simplices``.
  public var simplices: Chain<Self, Simplices> { then(.simplices) }

  /// This relation, then ``/Simplex/Simplices`` with these parameters.
  public func simplices(order: Int) -> Chain<Self, Simplices> { then(Simplices(order: order)) }
}
