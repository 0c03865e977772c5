public import Distillation
public import Tensors

/// Distance correlation: how far apart examples are in the student depends on how far apart they
/// are in the teacher.
public struct DCor: PaperModule {
  /// Whether the estimate is without bias: 1 − dCor² of U-centred distances, as Székely and Rizzo
  /// define it. It has no root, since it may be below 0.
  public var unbiased = false

  public var layer = "embedding", teacherLayer: String?

  public init() {}

  /// L = 1 − dCor(s, t), or 1 − dCor² without bias,  dCor² = ⟨A, B⟩ / (‖A‖ ‖B‖)
  public var body: some LossTerm {
    let target = Output(teacherLayer ?? layer)
    if unbiased {
      match(
        .output(layer), to: target, by: Spread().then(DoublyCentered(unbiased: true)),
        with: .cosine)
    } else {
      match(
        .output(layer), to: target, by: Spread().doublyCentered, with: CorrelationOfDistances())
    }
  }

  public static let name = "dcor"
  public static let relations: [any (Relation & Configurable).Type] = [Spread.self]
  public static let matchers: [any (Matcher & Configurable).Type] = [CorrelationOfDistances.self]
  public static let equation =
    "L = 1 − dCor(s, t),  dCor² = ⟨A, B⟩ / (‖A‖ ‖B‖),  A = H (‖sᵢ − sⱼ‖)ᵢⱼ H,  B of t"
  public static let invariances: [Invariance] = [.rotation, .scaling, .translation, .batchOrder]
  public static let citation = Citation(
    "Measuring and Testing Dependence by Correlation of Distances", "Székely, Rizzo, Bakirov",
    "Annals of Statistics 2007", "https://arxiv.org/abs/0803.4101")
}

/// ‖xᵢ − xⱼ‖, which for equal examples is 0 with gradient 0, so that equal examples do not spread.
public struct Spread: Relation, Configurable {
  public static let summary = "‖xᵢ − xⱼ‖, with gradient 0 between equal examples."

  public init() {}

  public func gives(_ input: TensorKind) -> TensorKind { .square }

  public func layout(of inputs: [Layout]) -> Layout? { inputs.first?.pairs }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.flattened.pairwiseSquaredDistances.squareRoot()
  }
}

/// 1 − √(⟨A, B⟩ / (‖A‖ ‖B‖)), of doubly centred distances.
public struct CorrelationOfDistances: Matcher, Configurable {
  public static let summary = "1 − √(⟨A, B⟩ / (‖A‖ ‖B‖)), of doubly centred distances."

  public init() {}

  public func callAsFunction(student a: Tensor, teacher b: Tensor) -> Tensor {
    // With d = 1 − dCor², 1 − √(1 − d) = d / (1 + √(1 − d)), which keeps its figures near 0.
    let d = Cosine()(student: a, teacher: b)
    return d / (1 + (1 - d).rectified().squareRoot())
  }
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { DCor.register(in: $0) }
