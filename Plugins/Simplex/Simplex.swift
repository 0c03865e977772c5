public import Distillation
public import Tensors

/// Relations of two, three or more examples: the student keeps the teacher's distances, angles, and
/// the dihedral angles beyond them.
///
/// RKD defines a potential ψ of n-tuples and uses n = 2 and 3. This is one family with these two as
/// its first cases.
public struct Simplex: PaperModule {
  /// k, the number of examples in a tuple.
  public var order = 4

  /// How many random tuples are compared each step.
  public var tuples = 4096

  public var delta = 1.0, layer = "embedding"

  public init() {}

  /// L = mean of ℓ_δ(ψₖ(s) − ψₖ(t)) over tuples of k different examples
  public var body: some LossTerm {
    match(
      .output(layer), by: Simplices(order: order),
      with: .huber(delta: delta, reduction: .distinct, tuples: tuples))
  }

  public static let ranges = Simplices.ranges.merging(Huber.ranges, uniquingKeysWith: { $1 })
  public static let relations: [any (Relation & Configurable).Type] = [Simplices.self]
  public static let equation = "L = mean over tuples of ℓ_δ(ψₖ(sₐ, s_b, …) − ψₖ(tₐ, t_b, …))"
  public static let invariances: [Invariance] = [.rotation, .scaling, .translation, .batchOrder]
  public static let citation = Citation(
    "Relations of more than three examples", "Kindred",
    "after the n-ary potentials of RKD, CVPR 2019", "https://arxiv.org/abs/1904.05068")
}

/// ψ₂(a, b) = ‖a − b‖ / μ, ψ₃(a, b, c) = cos ∠ bac, and beyond, ψₖ(a, b, c, d, …) = the cosine of
/// the same angle after the directions from a to d, … are projected out: for k = 4 that of the
/// dihedral angle between the planes abd and acd. An N×…×N stack.
public struct Simplices: StreamedRelation, Configurable {
  public var order = 4

  public static let summary = "Distances of two examples, angles of three, dihedral angles of four."

  public init() {}

  public init(order: Int) { self.order = order }

  /// √10⁻⁶ of each direction that is projected out.
  public var smallestDivisor: Double? { order < 4 ? nil : order == 4 ? 1e-3 : 1e-6 }

  public func values(of x: Tensor, at entries: [Int]) -> Tensor {
    let n = x.shape[0]
    guard order > 2 else {
      return Distances().dividedByMean(x).reshaped([n * n, 1]).rows(entries)
        .reshaped([entries.count])
    }
    // The examples at one position of every tuple, the last of which counts fastest.
    var (rest, corners) = (entries, [Tensor]())
    for _ in 0..<order {
      corners.insert(x.flattened.rows(rest.map { $0 % n }), at: 0)
      rest = rest.map { $0 / n }
    }
    var edges = corners.dropFirst().map { ($0 - corners[0]).normalized() }
    while edges.count > 2 {
      let u = edges.removeLast()
      edges = edges.map { e in
        let r = e - (e * u).sum(axis: 1) * u
        // An edge along u has no direction left: ε keeps rounding from being one.
        return r / (r.squared().sum(axis: 1) + 1e-6).squareRoot()
      }
    }
    return (edges[0] * edges[1]).sum(axis: 1).reshaped([entries.count])
  }

  /// Of two examples the distances are found all at once.
  public func numbersPerEntry(of x: Tensor) -> Int { order > 2 ? order * x.flattened.shape[1] : 1 }

  public static let ranges = ["order": 2.0...5.0]
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { Simplex.register(in: $0) }
