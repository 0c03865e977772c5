public import Distillation
import Tensors

/// The triplet loss: a positive is nearer than a negative, by a margin. It has no teacher; relational
/// distillation of embeddings is measured against it.
public struct Triplet: PaperModule {
  public var margin = 0.2

  /// Whether distances are squared, as the paper prints, or not, as in RKD's code.
  public var squared = false

  public var mining = Mining.all

  /// Whether each embedding is first divided by its length.
  public var normalize = false

  public var layer = "embedding"

  public init() {}

  /// L = mean over (a, p, n) of max(0, d(a, p) − d(a, n) + m)
  public var body: some LossTerm { Hinge(triplet: self) }

  private struct Hinge: PrimitiveTerm {
    let triplet: Triplet

    var outputs: [String] { [triplet.layer] }

    func callAsFunction(student: Outputs, teacher: Outputs, step: Step) throws -> Tensor {
      let features = try Output(triplet.layer)(student)
      guard TensorKind.rows.admits(features.shape) else {
        throw DistillationError.unfit(
          Triplet.name, takes: "\(TensorKind.rows)", shapes: [features.shape], of: .student)
      }
      guard let labels = student.labels else {
        throw DistillationError.missingLabels(term: Triplet.name)
      }
      let x = triplet.normalize ? features.flattened.normalized() : features.flattened
      var random = Random(seed: step.seed, Triplet.name, index: step.index)
      let triples = triplet.mining.triples(of: x, labels: labels, using: &random)
      let a = x.rows(triples.map { $0.anchor })
      let dp = distance(a - x.rows(triples.map { $0.positive }))
      let dn = distance(a - x.rows(triples.map { $0.negative }))
      return (dp - dn + Tensor(triplet.margin)).rectified().mean()
    }

    /// ‖v‖², or as in RKD's code, ‖v + 10⁻⁶‖: the same small number is added to every coordinate.
    private func distance(_ v: Tensor) -> Tensor {
      triplet.squared ? v.squared().sum(axis: 1) : (v + 1e-6).norm(axis: 1)
    }
  }

  public static let equation = "L = mean over (a, p, n) of max(0, d(a, p) − d(a, n) + m)"
  public static let invariances: [Invariance] = [.translation, .batchOrder]
  public static let isZeroAtTeacher = false
  public static let citation = Citation(
    "FaceNet: A Unified Embedding for Face Recognition and Clustering",
    "Schroff, Kalenichenko, Philbin", "CVPR 2015", "https://arxiv.org/abs/1503.03832")
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { Triplet.register(in: $0) }
