public import Tensors

extension Mining {
  /// How likely each example is to be drawn as the negative of each anchor: N rows that sum to 1, or
  /// to 0 where an anchor has no negative.
  ///
  ///     log w = (2 − d) log D − (d − 3)/2 log(1 − D²/4)
  ///
  /// is one over the density of distances D between points on a sphere in d dimensions, to which the
  /// rows are first scaled. D counts as at least 0.5; from 1.4 on w is 0. A row without weights has equal
  /// ones. The largest weight, by which a row is divided against overflow, is that of valid negatives
  /// alone: RKD's code takes it over all examples, which gives NaN for opposite points.
  ///
  /// Wu, Manmatha, Smola, Krähenbühl: Sampling Matters in Deep Embedding Learning, ICCV 2017.
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
  /// How likely each is to be drawn.
  func weights(by row: [Float], dimensions: Int) -> [Double] {
    let (cutoff, nonzeroLossCutoff) = (0.5, 1.4)
    let d = Double(dimensions)
    var logs = indices.map { k -> Double in
      let distance = max(Double(row[k]).squareRoot(), cutoff)
      guard distance < nonzeroLossCutoff else { return -.infinity }
      return (2 - d) * distance.log()
        - (d - 3) / 2 * max(1 - distance * distance / 4, 1e-300).log()
    }
    if !logs.contains(where: { $0.isFinite }) { logs = logs.map { _ in 0 } }
    let largest = logs.max() ?? 0
    let weights = logs.map { ($0 - largest).exp() }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}
