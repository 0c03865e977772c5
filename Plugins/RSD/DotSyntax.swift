public import Distillation

extension Relation where Self == StandardizedFeatures {
  /// Each feature over the batch with mean 0 and standard deviation 1.
  public static var standardizedFeatures: StandardizedFeatures { .standard }
}

extension Relation {
  /// This relation, then ``/RSD/StandardizedFeatures``.
  public var standardizedFeatures: Chain<Self, StandardizedFeatures> { then(.standardizedFeatures) }
}

extension Matcher where Self == CrossCorrelation {
  /// Correlations with the teacher's features: 1 with the same one, 0 with others.
  public static var crossCorrelation: CrossCorrelation { .standard }

  /// The correlations of each feature with the teacher's, with this weight of different features.
  public static func crossCorrelation(kappa: Double) -> CrossCorrelation {
    CrossCorrelation(kappa: kappa)
  }
}
