extension Matcher where Self == Cosine {
  /// 1 − ⟨S, T⟩ / (‖S‖ ‖T‖), where all entries of a value are one vector.
  public static var cosine: Cosine { .standard }
}

extension Matcher where Self == Frobenius {
  /// ‖S − T‖²_F, the sum of (s − t)² over all entries.
  public static var frobenius: Frobenius { .standard }
}

extension Matcher where Self == Huber {
  /// ℓ_δ(s − t), which is e²/2 near zero and linear beyond δ.
  public static var huber: Huber { .standard }

  /// ℓ_δ(s − t), which is e²/2 near zero and linear beyond δ.
  public static func huber(
    delta: Double = Huber.standard.delta, reduction: Reduction = Huber.standard.reduction,
    tuples: Int? = Huber.standard.tuples
  ) -> Huber {
    Huber(delta: delta, reduction: reduction, tuples: tuples)
  }
}

extension Matcher where Self == KLDivergence {
  /// KL(softmax(t / τ) ‖ softmax(s / τ)), averaged over rows.
  public static var klDivergence: KLDivergence { .standard }

  /// KL(softmax(t / τ) ‖ softmax(s / τ)), averaged over rows.
  public static func klDivergence(temperature: Double) -> KLDivergence {
    KLDivergence(temperature: temperature)
  }
}

extension Matcher where Self == MeanAbsolute {
  /// |s − t|, averaged or summed over entries.
  public static var meanAbsolute: MeanAbsolute { .standard }

  /// |s − t|, averaged or summed over entries.
  public static func meanAbsolute(
    reduction: Reduction = MeanAbsolute.standard.reduction,
    tuples: Int? = MeanAbsolute.standard.tuples
  ) -> MeanAbsolute {
    MeanAbsolute(reduction: reduction, tuples: tuples)
  }
}

extension Matcher where Self == MeanSquare {
  /// (s − t)², averaged or summed over entries.
  public static var meanSquare: MeanSquare { .standard }

  /// (s − t)², averaged or summed over entries.
  public static func meanSquare(
    reduction: Reduction = MeanSquare.standard.reduction, tuples: Int? = MeanSquare.standard.tuples
  ) -> MeanSquare {
    MeanSquare(reduction: reduction, tuples: tuples)
  }
}

extension Matcher where Self == MeanSquaredDistance {
  /// ‖sᵢ − tᵢ‖², averaged over rows.
  public static var meanSquaredDistance: MeanSquaredDistance { .standard }
}
