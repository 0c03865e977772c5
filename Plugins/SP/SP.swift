public import Distillation

/// Similarity-preserving distillation: inputs that activate the teacher alike activate the student
/// alike.
public struct SP: PaperModule {
  /// l, the student's layer: the last before pooling, as in RepDistiller, whose SP the paper's
  /// author verified.
  public var layer = LastStage.output

  /// l′, the teacher's layer; the same unless stated.
  public var teacherLayer: String?

  public var reduction = Reduction.all

  public init() {}

  /// L = 1/b² ‖G_T − G_S‖²_F, G = Q Qᵀ with each row divided by its length
  public var body: some LossTerm {
    match(
      .output(layer), to: .output(teacherLayer ?? layer), by: .gram.rowNormalized,
      with: .meanSquare(reduction: reduction))
  }

  public static let equation = "L = 1/b² ‖G_T − G_S‖²_F,  Gᵢ = (Q Qᵀ)ᵢ / ‖(Q Qᵀ)ᵢ‖₂"
  public static let invariances: [Invariance] = [.rotation, .scaling, .batchOrder]
  public static let citation = Citation(
    "Similarity-Preserving Knowledge Distillation", "Tung, Mori", "ICCV 2019",
    "https://arxiv.org/abs/1907.09682")
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { SP.register(in: $0) }
