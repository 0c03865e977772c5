/// The parts that every registry has, whatever its papers.
enum Standard {
  static let parts: [any Part.Type] = [
    // Terms.
    CrossEntropy.self, Logits.self,
    // Knowledge.
    FirstToken.self, Heads.self, LastStage.self, Layers.self, MeanToken.self, Output.self,
    Probabilities.self, Projected.self, Resampled.self, Tokens.self, WithoutFirst.self,
    // Relations.
    Centered.self, Cosines.self, Distances.self, DividedByMaximum.self, DividedByMean.self,
    DoublyCentered.self, Gram.self, Identity.self, Pooled.self, Resized.self, RowNormalized.self,
    Softmax.self, SquaredDistances.self, Transposed.self,
    // Matchers.
    Cosine.self, Frobenius.self, Huber.self, KLDivergence.self, MeanAbsolute.self,
    MeanSquare.self, MeanSquaredDistance.self,
  ]
}
