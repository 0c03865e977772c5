public import Distillation

/// Decoupled knowledge distillation: what the teacher thinks of the label, and what of the other classes.
public struct DKD: PaperModule {
  public static let citation = Citation(
    "Decoupled Knowledge Distillation", "Zhao, Cui, Song, Qiu, Liang", "CVPR 2022",
    "https://arxiv.org/abs/2203.08679")

  /// α, the weight of `dkd.target`.
  public var alpha: Double
  /// β, the weight of `dkd.nontarget`; the authors take from 0.5 to 8, depending on the networks.
  public var beta: Double
  /// τ, the temperature of all softmaxes.
  public var temperature: Double
  /// Makes the loss with these parameters.
  public init(alpha: Double = 1, beta: Double = 8, temperature: Double = 4) {
    (self.alpha, self.beta, self.temperature) = (alpha, beta, temperature)
  }
  public static let standard = Self()

  public static let equation = "L = α · dkd.target + β · dkd.nontarget"
  public var body: some LossTerm {
    alpha * Target(temperature: temperature)
    beta * Nontarget(temperature: temperature)
  }

  public static let ranges = ["temperature": ClosedRange.temperature]
  public static let invariances: [Invariance] = [.shift, .batchOrder]
  public static let brings: [any Part.Type] = [
    Target.self, Nontarget.self, LabelAgainstRest.self, OtherClasses.self,
  ]

  /// TCKD, the label against all other classes together.
  public struct Target: NamedTerm {
    /// τ, the temperature of the softmax over classes.
    public var temperature: Double
    /// Makes the loss with these parameters.
    public init(temperature: Double = DKD.standard.temperature) {
      self.temperature = temperature
    }
    public static let standard = Self()

    public static let equation =
      "L = τ² · 1/n Σᵢ KL(bᵗᵢ ‖ bˢᵢ),  b = (p_y, 1 − p_y),  p = softmax(z/τ)"
    public var body: some LossTerm {
      let τ = temperature
      let scores = LabelAgainstRest(temperature: τ)
      τ * τ * match(.logits, by: scores, with: .klDivergence(temperature: τ))
    }

    public static let (name, ranges, invariances) = ("dkd.target", DKD.ranges, DKD.invariances)
  }

  /// NCKD, the other classes among themselves.
  public struct Nontarget: NamedTerm {
    /// τ, the temperature of the softmax over the classes other than the label.
    public var temperature: Double
    /// Makes the loss with these parameters.
    public init(temperature: Double = DKD.standard.temperature) {
      self.temperature = temperature
    }
    public static let standard = Self()

    public static let equation =
      "L = τ² · 1/n Σᵢ KL(qᵗᵢ ‖ qˢᵢ),  q = softmax(z/τ) over the classes ≠ yᵢ"
    public var body: some LossTerm {
      let τ = temperature
      τ * τ * match(.logits, by: .otherClasses, with: .klDivergence(temperature: τ))
    }

    public static let (name, ranges, invariances) = ("dkd.nontarget", DKD.ranges, DKD.invariances)
  }
}
