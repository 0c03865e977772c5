public import Distillation

extension Knowledge where Self == LeadingFeatures {
  /// The first features of an output.
  public static func leadingFeatures(
    layer: String = LeadingFeatures.standard.layer, width: Int = LeadingFeatures.standard.width
  ) -> LeadingFeatures {
    LeadingFeatures(layer: layer, width: width)
  }
}

extension Matcher where Self == RankingHinge {
  /// max(0, m − σ (s_q − s_p)), averaged over every two pairs of examples.
  public static var rankingHinge: RankingHinge { .standard }

  /// max(0, m − σ (s_q − s_p)), averaged over every two pairs of examples.
  public static func rankingHinge(margin: Double) -> RankingHinge { RankingHinge(margin: margin) }
}

extension Matcher where Self == RowCosine {
  /// 1 − cos(sᵢ, tᵢ), averaged over rows.
  public static var rowCosine: RowCosine { .standard }
}
