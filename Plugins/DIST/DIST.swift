public import Distillation

/// Distillation from a stronger teacher: the student keeps its preferences, not its probabilities.
public struct DIST: PaperModule {
  public static let citation = Citation(
    "Knowledge Distillation from A Stronger Teacher", "Huang, You, Wang, Qian, Xu", "NeurIPS 2022",
    "https://arxiv.org/abs/2205.10536")

  /// β, the weight of `dist.inter`, as in the authors' code for CIFAR-100.
  public var inter: Double
  /// γ, the weight of `dist.intra`, as in the authors' code for CIFAR-100.
  public var intra: Double
  /// τ of the softmax, as in the authors' code for CIFAR-100; for ImageNet it is 1.
  public var temperature: Double
  /// Makes the loss with these parameters.
  public init(inter: Double = 2, intra: Double = 2, temperature: Double = 4) {
    (self.inter, self.intra, self.temperature) = (inter, intra, temperature)
  }
  public static let standard = Self()

  public static let equation = "L = β · dist.inter + γ · dist.intra"
  public var body: some LossTerm {
    inter * Inter(temperature: temperature)
    intra * Intra(temperature: temperature)
  }

  // Beyond this range Y hardly varies, and only rounding would correlate.
  public static let ranges = ["temperature": 0.1...100.0]
  public static let invariances: [Invariance] = [.batchOrder, .shift]
  public static let brings: [any Part.Type] = [Inter.self, Intra.self, Pearson.self]

  /// The correlation over the classes of each example.
  public struct Inter: NamedTerm {
    /// τ, the temperature of the softmax over classes.
    public var temperature: Double
    /// Makes the loss with these parameters.
    public init(temperature: Double = DIST.standard.temperature) {
      self.temperature = temperature
    }
    public static let standard = Self()

    public static let equation = "L = τ² · 1/B Σᵢ (1 − ρ(Yˢᵢ,:, Yᵗᵢ,:)),  Y = softmax(Z/τ)"
    public var body: some LossTerm {
      let τ = temperature
      τ * τ * match(.probabilities(temperature: τ), with: Pearson())
    }

    public static let (name, ranges, invariances) = ("dist.inter", DIST.ranges, DIST.invariances)
  }

  /// The correlation over the examples of each class.
  public struct Intra: NamedTerm {
    /// τ, the temperature of the softmax over classes.
    public var temperature: Double
    /// Makes the loss with these parameters.
    public init(temperature: Double = DIST.standard.temperature) {
      self.temperature = temperature
    }
    public static let standard = Self()

    public static let equation = "L = τ² · 1/C Σⱼ (1 − ρ(Yˢ:,ⱼ, Yᵗ:,ⱼ)),  Y = softmax(Z/τ)"
    public var body: some LossTerm {
      let τ = temperature
      τ * τ * match(.probabilities(temperature: τ), by: .transposed, with: Pearson())
    }

    public static let (name, ranges, invariances) = ("dist.intra", DIST.ranges, DIST.invariances)
  }
}
