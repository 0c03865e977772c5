public import Distillation
public import Tensors

/// Distance correlation: how far apart examples are in the student depends on how far apart they
/// are in the teacher.
public struct DCor: PaperModule {
  public static let citation = Citation(
    "Measuring and Testing Dependence by Correlation of Distances", "Székely, Rizzo, Bakirov",
    "Annals of Statistics 2007", "https://arxiv.org/abs/0803.4101")

  /// Whether the estimate is without bias: 1 − dCor² of U-centred distances, as Székely and Rizzo
  /// define it. It has no root, since it may be below 0.
  public var unbiased = false

  public var layer = MatchedLayer.embedding
  public init() {}

  public static let equation =
    "L = 1 − dCor(s, t),  dCor² = ⟨A, B⟩ / (‖A‖ ‖B‖),  A = H (‖sᵢ − sⱼ‖)ᵢⱼ H,  B of t"
  public var body: some LossTerm {
    if unbiased {
      match(layer, by: Spread().then(DoublyCentered(unbiased: true)), with: .cosine)
    } else {
      match(layer, by: Spread().doublyCentered, with: CorrelationOfDistances())
    }
  }

  public static let name = "dcor"
  public static let invariances: [Invariance] = [.rotation, .scaling, .translation, .batchOrder]
  public static let brings: [any Part.Type] = [Spread.self, CorrelationOfDistances.self]
}

/// ‖xᵢ − xⱼ‖, which for equal examples is 0 with gradient 0, so that equal examples do not spread.
public struct Spread: Relation, Configurable {
  public init() {}
  public static let summary = "‖xᵢ − xⱼ‖, with gradient 0 between equal examples."
  public func gives(_ input: TensorKind) -> TensorKind { .square }
  public func layout(of inputs: [Layout]) -> Layout? { inputs.first?.pairs }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.flattened.pairwiseSquaredDistances.sqrt()
  }
}

/// 1 − √(⟨A, B⟩ / (‖A‖ ‖B‖)), of doubly centred distances.
public struct CorrelationOfDistances: Matcher, Configurable {
  public init() {}
  public static let summary = "1 − √(⟨A, B⟩ / (‖A‖ ‖B‖)), of doubly centred distances."

  public func callAsFunction(student a: Tensor, teacher b: Tensor) -> Tensor {
    // With d = 1 − dCor², 1 − √(1 − d) = d / (1 + √(1 − d)), which keeps its figures near 0.
    let d = Cosine()(student: a, teacher: b)
    return d / (1 + (1 - d).relu().sqrt())
  }
}
