import Foundation
public import Tensors

/// Which triples of a labelled batch a loss of triples sees: for each ordered pair of two examples
/// of one class, an anchor and its positive, one or all of those of other classes.
///
/// As in the code of RKD (lenscloth/RKD). Of equal distances the first example counts as the nearer.
public enum Mining: String, Codable, CaseIterable, Hashable, Sendable {
  /// Every negative.
  case all
  /// One negative by chance, each as likely as the others.
  case random
  /// The negative nearest to the anchor.
  case hard
  /// The nearest negative that is farther than the positive; where none is, the farthest.
  case semihard
  /// One negative by chance, more likely the rarer its distance would be among points spread evenly
  /// over a sphere: ``distanceWeights(of:labels:cutoff:nonzeroLossCutoff:)``.
  case distance
}

/// Three examples of a batch, by their index.
public struct Triple: Hashable, Sendable {
  public let anchor, positive, negative: Int

  public init(_ anchor: Int, _ positive: Int, _ negative: Int) {
    (self.anchor, self.positive, self.negative) = (anchor, positive, negative)
  }
}

extension Mining {
  /// The triples of a batch, in the order of anchor and positive. None where an anchor has no
  /// positive or no negative.
  ///
  /// - Parameters:
  ///   - x: Embeddings, N×D.
  ///   - labels: The class of each row.
  ///   - random: What chance is taken from.
  /// - Returns: The triples, as constants.
  public func triples(of x: Tensor, labels: [Int], using random: inout Random) -> [Triple] {
    precondition(
      x.rank == 2 && x.shape[0] == labels.count,
      "[mining] shape \(x.shape) does not have one row for each of \(labels.count) labels")
    let n = labels.count
    let distances = [.hard, .semihard].contains(self) ? x.pairwiseSquaredDistances.scalars : []
    let weights = self == .distance ? Self.distanceWeights(of: x, labels: labels) : []
    return (0..<n).flatMap { anchor -> [Triple] in
      let negatives = (0..<n).filter { labels[$0] != labels[anchor] }
      let positives = (0..<n).filter { labels[$0] == labels[anchor] && $0 != anchor }
      guard !negatives.isEmpty else { return [] }
      func distance(_ k: Int) -> Float { distances[anchor * n + k] }
      func isNearer(_ j: Int, _ k: Int) -> Bool { (distance(j), j) < (distance(k), k) }
      return positives.flatMap { positive -> [Triple] in
        let chosen: [Int?] =
          switch self {
          case .all: negatives
          case .random: [negatives[random.integer(below: negatives.count)]]
          case .hard: [negatives.min(by: isNearer)]
          case .semihard:
            [
              negatives.filter { distance($0) > distance(positive) }.min(by: isNearer)
                ?? negatives.max { (distance($0), -$0) < (distance($1), -$1) }
            ]
          case .distance: [Self.sample(weights[anchor], using: &random)]
          }
        return chosen.compactMap { $0.map { Triple(anchor, positive, $0) } }
      }
    }
  }

  /// An index, as likely as its weight; weights sum to 1.
  private static func sample(_ weights: [Double], using random: inout Random) -> Int? {
    var left = random.uniformDouble()
    for (index, weight) in weights.enumerated() where weight > 0 {
      left -= weight
      if left < 0 { return index }
    }
    // What rounding leaves of 1 goes to the last.
    return weights.lastIndex { $0 > 0 }
  }
}

extension Mining {
  /// How likely each example is to be drawn as the negative of each anchor: N rows that sum to 1, or
  /// to 0 where an anchor has no negative.
  ///
  ///     log w = (2 − d) log D − (d − 3)/2 log(1 − D²/4)
  ///
  /// is one over the density of distances D between points on a sphere in d dimensions, to which the
  /// rows are first scaled. D counts as at least `cutoff`; beyond `nonzeroLossCutoff` w is 0. A row
  /// without weights has equal ones. The largest weight, by which a row is divided against overflow,
  /// is that of valid negatives alone: RKD's code takes it over all examples, which gives NaN for
  /// opposite points.
  ///
  /// Wu, Manmatha, Smola, Krähenbühl: Sampling Matters in Deep Embedding Learning, ICCV 2017.
  public static func distanceWeights(
    of x: Tensor, labels: [Int], cutoff: Double = 0.5, nonzeroLossCutoff: Double = 1.4
  ) -> [[Double]] {
    let (n, d) = (x.shape[0], Double(x.shape[1]))
    let squared = x.detached.normalized().pairwiseSquaredDistances.scalars
    return (0..<n).map { anchor in
      let negatives = (0..<n).filter { labels[$0] != labels[anchor] }
      var logs = negatives.map { k -> Double in
        let distance = max(Double(squared[anchor * n + k]).squareRoot(), cutoff)
        guard distance < nonzeroLossCutoff else { return -.infinity }
        return (2 - d) * log(distance)
          - (d - 3) / 2 * log(max(1 - distance * distance / 4, 1e-300))
      }
      if !logs.contains(where: { $0.isFinite }) { logs = logs.map { _ in 0 } }
      let largest = logs.max() ?? 0
      let weights = logs.map { exp($0 - largest) }
      let sum = weights.reduce(0, +)
      var row = [Double](repeating: 0, count: n)
      for (k, weight) in zip(negatives, weights) { row[k] = weight / sum }
      return row
    }
  }
}
