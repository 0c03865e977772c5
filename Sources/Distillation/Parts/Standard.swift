/// What every registry has, whatever its papers.
enum Standard {
  static let terms: [any NamedTerm.Type] = [CrossEntropy.self, Logits.self]

  static let knowledge: [any (Knowledge & Configurable).Type] = [
    LastStage.self, Layers.self, Output.self, Probabilities.self,
  ]

  static let relations: [any (Relation & Configurable).Type] = [
    Centered.self, Cosines.self, Distances.self, DividedByMaximum.self, DividedByMean.self,
    DoublyCentered.self, Gram.self, Identity.self, Pooled.self, RowNormalized.self, Softmax.self,
    SquaredDistances.self, Transposed.self,
  ]

  static let matchers: [any (Matcher & Configurable).Type] = [
    Cosine.self, Frobenius.self, Huber.self, KLDivergence.self, MeanAbsolute.self,
    MeanSquare.self, MeanSquaredDistance.self,
  ]
}
