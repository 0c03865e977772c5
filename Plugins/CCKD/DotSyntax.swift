public import Distillation

extension Relation where Self == Correlation {
  /// k(xᵢ, xⱼ), a kernel of every two examples.
  public static var correlation: Correlation { .standard }

  /// k(xᵢ, xⱼ), a kernel of every two examples.
  public static func correlation(
    kernel: Correlation.Kernel = Correlation.standard.kernel,
    gamma: Double = Correlation.standard.gamma, order: Int = Correlation.standard.order,
    normalize: Bool = Correlation.standard.normalize
  ) -> Correlation {
    Correlation(kernel: kernel, gamma: gamma, order: order, normalize: normalize)
  }
}

extension Relation {
  /// This relation, then ``/CCKD/Correlation``.
  public var correlation: Chain<Self, Correlation> { then(.correlation) }

  /// This relation, then ``/CCKD/Correlation`` with these parameters.
  public func correlation(
    kernel: Correlation.Kernel = Correlation.standard.kernel,
    gamma: Double = Correlation.standard.gamma, order: Int = Correlation.standard.order,
    normalize: Bool = Correlation.standard.normalize
  ) -> Chain<Self, Correlation> {
    then(Correlation(kernel: kernel, gamma: gamma, order: order, normalize: normalize))
  }
}

extension Matcher where Self == NeighborErrors {
  /// ⟨|δᵢ|, |δᵢ₊₁|⟩, an example's error times its successor's, averaged.
  public static var neighborErrors: NeighborErrors { .standard }
}
