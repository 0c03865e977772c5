public import Tensors

extension Mining {
  /// The probability of each example to be drawn as the negative of each anchor: N rows, whose sum is 1, or 0
  /// if the anchor has no negative.
  ///
  ///     log w = (2 − d) log D − (d − 3)/2 log(1 − D²/4)
  ///
  /// is one over the density of distances D between points on a sphere in d dimensions. The rows are first
  /// scaled to this sphere. D counts as at least 0.5, and from 1.4 on w is 0. If all weights of a row are
  /// 0, its negatives are equally likely. Each row is divided by its largest weight against overflow.
  /// That is the largest weight of valid negatives only: RKD's code takes it over all examples, which
  /// gives NaN for opposite points.
  ///
  /// Source: Wu, Manmatha, Smola, Krähenbühl, "Sampling Matters in Deep Embedding Learning", ICCV 2017.
  ///
  /// - Parameters:
  ///   - x: Embeddings, N×D.
  ///   - labels: The class of each row; a negative number stands for no class.
  /// - Returns: N rows of N probabilities.
  public static func distanceWeights(of x: Tensor, labels: [Int]) -> [[Double]] {
    let rows = DistanceRows(ofDirections: x)
    return labels.indices.map { anchor in
      var row = [Double](repeating: 0, count: labels.count)
      let negatives = Negatives(of: anchor, labels: labels)
      let weights = negatives.weights(by: rows[anchor], dimensions: x.shape[1])
      for (k, weight) in zip(negatives.indices, weights) { row[k] = weight }
      return row
    }
  }
}

extension Negatives {
  /// The probability of each to be drawn.
  func weights(by row: [Float], dimensions: Int) -> [Double] {
    let (cutoff, nonzeroLossCutoff) = (0.5, 1.4)
    let d = Double(dimensions)
    var logs = indices.map { k -> Double in
      let distance = max(Double(row[k]).squareRoot(), cutoff)
      guard distance < nonzeroLossCutoff else { return -.infinity }
      return (2 - d) * distance.logarithm()
        - (d - 3) / 2 * max(1 - distance * distance / 4, 1e-300).logarithm()
    }
    if !logs.contains(where: { $0.isFinite }) { logs = logs.map { _ in 0 } }
    let largest = logs.max() ?? 0
    let weights = logs.map { ($0 - largest).exponential() }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}
