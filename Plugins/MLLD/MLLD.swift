public import Distillation

/// Multi-level logit distillation: the student's predictions follow the teacher's one by one, across the
/// batch, and across the classes.
public struct MLLD: PaperModule {
  public static let citation = Citation(
    "Multi-Level Logit Distillation", "Jin, Wang, Lin", "CVPR 2023",
    "https://openaccess.thecvf.com/content/CVPR2023/html/"
      + "Jin_Multi-Level_Logit_Distillation_CVPR_2023_paper.html")

  /// The weight of the first level, on which predictions are compared one by one.
  public var instance: Double
  /// The weight of the second level, the inner products of every two examples' predictions.
  public var batch: Double
  /// The weight of the third level, the inner products of every two classes' predictions.
  public var classes: Double
  /// The temperatures τ of the softmax; the loss is the sum over them.
  public var temperatures: [Double]
  /// Makes the loss with these parameters.
  public init(
    instance: Double = 1, batch: Double = 1, classes: Double = 1,
    temperatures: [Double] = [2, 3, 4, 5, 6]
  ) {
    (self.instance, self.batch) = (instance, batch)
    (self.classes, self.temperatures) = (classes, temperatures)
  }
  public static let standard = Self()

  public static let equation = """
    L = Σ_τ (τ² KL(pᵗ ‖ pˢ) + 1/n ‖PˢPˢᵀ − PᵗPᵗᵀ‖²_F + 1/C ‖PˢᵀPˢ − PᵗᵀPᵗ‖²_F),  \
    P = softmax(Z/τ)
    """
  public var body: some LossTerm {
    for τ in temperatures {
      let p = Probabilities.probabilities(temperature: τ)
      instance * τ * τ * match(.logits, with: .klDivergence(temperature: τ))
      batch * match(p, by: .gram, with: .meanSquaredDistance)
      classes * match(p, by: .transposed.then(Gram()), with: .meanSquaredDistance)
    }
  }

  public static let ranges = ["temperatures": 0.1...1000.0]
  public static let invariances: [Invariance] = [.shift, .batchOrder]
}
