public import Distillation
public import Tensors

/// Distillation from a stronger teacher: the student keeps its preferences, not its probabilities.
public struct DIST: PaperModule {
  /// β, γ and τ, as in the authors' code for CIFAR-100; for ImageNet τ is 1.
  public var inter = 2.0, intra = 2.0, temperature = 4.0

  public init() {}

  /// L = β · L_inter + γ · L_intra
  public var body: some LossTerm {
    inter * Inter().sharing(self)
    intra * Intra().sharing(self)
  }

  /// L_inter = τ² · 1/B Σᵢ d(Yˢᵢ,:, Yᵗᵢ,:), Y = softmax(Z/τ): over the classes of each example.
  public struct Inter: NamedTerm {
    public var temperature = 4.0

    public init() {}

    public var body: some LossTerm {
      temperature * temperature
        * match(.probabilities(temperature: temperature), with: Pearson())
    }

    public static let name = "dist.inter"
    public static let ranges = DIST.ranges
    public static let equation = "L = τ² · 1/B Σᵢ (1 − ρ(Yˢᵢ,:, Yᵗᵢ,:)),  Y = softmax(Z/τ)"
    public static let invariances: [Invariance] = [.batchOrder, .shift]
  }

  /// L_intra = τ² · 1/C Σⱼ d(Yˢ:,ⱼ, Yᵗ:,ⱼ): over the examples of each class.
  public struct Intra: NamedTerm {
    public var temperature = 4.0

    public init() {}

    public var body: some LossTerm {
      temperature * temperature
        * match(.probabilities(temperature: temperature), by: .transposed, with: Pearson())
    }

    public static let name = "dist.intra"
    public static let ranges = DIST.ranges
    public static let equation = "L = τ² · 1/C Σⱼ (1 − ρ(Yˢ:,ⱼ, Yᵗ:,ⱼ)),  Y = softmax(Z/τ)"
    public static let invariances: [Invariance] = [.batchOrder, .shift]
  }

  public static let parts: [any NamedTerm.Type] = [Inter.self, Intra.self]
  public static let matchers: [any (Matcher & Configurable).Type] = [Pearson.self]
  // Beyond it Y hardly varies, and rounding is what correlates.
  public static let ranges = ["temperature": 0.1...100.0]
  public static let equation = "L = β · dist.inter + γ · dist.intra"
  public static let invariances: [Invariance] = [.batchOrder, .shift]
  public static let citation = Citation(
    "Knowledge Distillation from A Stronger Teacher", "Huang, You, Wang, Qian, Xu", "NeurIPS 2022",
    "https://arxiv.org/abs/2205.10536")
}

/// The mean over rows of 1 − ρ(u, v), ρ(u, v) = ⟨u − ū, v − v̄⟩ / (‖u − ū‖ ‖v − v̄‖ + ε).
public struct Pearson: VectorMatcher, Configurable {
  public static let summary = "1 − ρ(s, t), averaged over rows."

  public init() {}

  // As in the authors' code, ε = 10⁻⁸ is added to the product.
  public var smallestDivisor: Double? { 1e-8 }

  public func callAsFunction(student: Tensor, teacher: Tensor, axis: Int) -> Tensor {
    student.pearsonDistances(toTeacher: teacher, axis: axis, epsilon: 1e-8).mean()
  }
}

#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { DIST.register(in: $0) }
