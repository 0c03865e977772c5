public import Distillation

extension VRM {
  /// The term of the edges between each two classes, where w_k is column k of [z; z̃].
  public struct Class: NamedTerm {
    /// How edges are compared.
    public var matcher: EdgeHuber
    /// Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
    public var standardize: Bool
    /// Makes the loss with these parameters.
    public init(
      delta: Double = EdgeHuber.standard.delta, huber: EdgeHuber.Shape = EdgeHuber.standard.huber,
      reduction: EdgeHuber.Reduction = EdgeHuber.standard.reduction,
      standardize: Bool = InterClassEdges.standard.standardize
    ) {
      matcher = EdgeHuber(delta: delta, huber: huber, reduction: reduction)
      self.standardize = standardize
    }
    public static let standard = Self()

    public static let equation = "L = 2/(C² − C) Σ ℓ_δ(E_S − E_T),  E = (w_k − w_l) / ‖w_k − w_l‖"
    public var body: some LossTerm {
      match(
        .views(of: "logits"), by: InterClassEdges(standardize: standardize), with: matcher)
    }

    public static let (name, invariances) = ("vrm.class", VRM.invariances)
    public static let ranges = ["delta": 0.1...1e9]
    public static let differentiable = Class(delta: 2)
  }
}
