public import Distillation
public import Tensors

/// The potential ψₖ of k examples, an N×…×N stack.
///
/// ψ₂(a, b) = ‖a − b‖ / μ and ψ₃(a, b, c) = cos ∠ bac. For larger k, ψₖ(a, b, c, d, …) is the cosine of the
/// same angle after the directions from a to d, … are projected out. For k = 4 it is the cosine of the
/// dihedral angle between the planes abd and acd.
public struct Simplices: StreamedRelation, SharedParameters {
  /// k, the number of examples in a tuple.
  public var order: Int
  /// Makes the relation with these parameters.
  public init(order: Int = 4) { self.order = order }
  public static let standard = Self()

  public static let ranges = ["order": 2.0...5.0]
  public static let summary = "Distances of two examples, angles of three, dihedral angles of four."

  /// √10⁻⁶ for each direction that is projected out.
  public var smallestDivisor: Double? { order < 4 ? nil : order == 4 ? 1e-3 : 1e-6 }

  /// The ε of distances, which are the potential of two examples.
  public var smallestLength: Double? { order == 2 ? Distances().smallestLength : nil }

  public func values(of x: Tensor, at entries: [Int]) -> Tensor {
    let n = x.shape[0]
    guard order > 2 else {
      return Distances().dividedByMean(x).reshaped([n * n, 1]).rows(entries)
        .reshaped([entries.count])
    }
    // The examples at each position of the tuples. The last position counts fastest.
    var (rest, corners) = (entries, [Tensor]())
    let x = x.flattened.atUnitScale()
    for _ in 0..<order {
      corners.insert(x.rows(rest.map { $0 % n }), at: 0)
      rest = rest.map { $0 / n }
    }
    var edges = corners.dropFirst().map { ($0 - corners[0]).normalized() }
    while edges.count > 2 {
      let u = edges.removeLast()
      edges = edges.map { e in
        let r = e - (e * u).sum(axis: 1, keepingDimensions: true) * u
        // An edge along u has no direction left: ε keeps rounding from being one.
        return r / (r.squared().sum(axis: 1, keepingDimensions: true) + 1e-6).sqrt()
      }
    }
    return (edges[0] * edges[1]).sum(axis: 1)
  }

  /// The features of a tuple's examples; 1 for two examples, whose distances are found all at once.
  public func numbersPerEntry(of x: Tensor) -> Int { order > 2 ? order * x.flattened.shape[1] : 1 }
}
