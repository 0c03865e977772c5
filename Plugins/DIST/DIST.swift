public import Distillation
public import Tensors

/// Distillation from a stronger teacher: the student keeps its preferences, not its probabilities.
public struct DIST: PaperModule {
  public static let citation = Citation(
    "Knowledge Distillation from A Stronger Teacher", "Huang, You, Wang, Qian, Xu", "NeurIPS 2022",
    "https://arxiv.org/abs/2205.10536")

  /// β, γ and τ, as in the authors' code for CIFAR-100; for ImageNet τ is 1.
  public var inter = 2.0, intra = 2.0, temperature = 4.0
  public init() {}

  public static let equation = "L = β · dist.inter + γ · dist.intra"
  public var body: some LossTerm {
    inter * Inter().with(\.temperature, temperature)
    intra * Intra().with(\.temperature, temperature)
  }

  // Beyond it Y hardly varies, and rounding is what correlates.
  public static let ranges = ["temperature": 0.1...100.0]
  public static let invariances: [Invariance] = [.batchOrder, .shift]
  public static let brings: [any Part.Type] = [Inter.self, Intra.self, Pearson.self]

  /// Over the classes of each example.
  public struct Inter: NamedTerm {
    public var temperature = DIST().temperature
    public init() {}

    public static let equation = "L = τ² · 1/B Σᵢ (1 − ρ(Yˢᵢ,:, Yᵗᵢ,:)),  Y = softmax(Z/τ)"
    public var body: some LossTerm {
      let τ = temperature
      τ * τ * match(.probabilities(temperature: τ), with: Pearson())
    }

    public static let (name, ranges, invariances) = ("dist.inter", DIST.ranges, DIST.invariances)
  }

  /// Over the examples of each class.
  public struct Intra: NamedTerm {
    public var temperature = DIST().temperature
    public init() {}

    public static let equation = "L = τ² · 1/C Σⱼ (1 − ρ(Yˢ:,ⱼ, Yᵗ:,ⱼ)),  Y = softmax(Z/τ)"
    public var body: some LossTerm {
      let τ = temperature
      τ * τ * match(.probabilities(temperature: τ), by: .transposed, with: Pearson())
    }

    public static let (name, ranges, invariances) = ("dist.intra", DIST.ranges, DIST.invariances)
  }
}

/// The mean over rows of 1 − ρ(u, v), ρ(u, v) = ⟨u − ū, v − v̄⟩ / (‖u − ū‖ ‖v − v̄‖ + ε).
public struct Pearson: VectorMatcher, Configurable {
  public init() {}
  public static let summary = "1 − ρ(s, t), averaged over rows."

  // As in the authors' code, ε is added to the product.
  private static let ε = 1e-8
  public var smallestDivisor: Double? { Self.ε }

  public func callAsFunction(student: Tensor, teacher: Tensor, axis: Int) -> Tensor {
    student.pearsonDistances(toTeacher: teacher, axis: axis, epsilon: Self.ε).mean()
  }
}
