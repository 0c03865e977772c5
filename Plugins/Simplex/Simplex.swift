public import Distillation

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

  public var delta = 1.0, layer = "embedding", teacherLayer: String?

  public init() {}

  /// L = mean of ℓ_δ(ψₖ(s) − ψₖ(t)) over tuples of k different examples
  public var body: some LossTerm {
    match(
      .output(layer), to: .output(teacherLayer ?? layer), by: Simplices(order: order),
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

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { Simplex.register(in: $0) }
