public import Tensors

/// Which triples of a labelled batch a loss of triples sees: for each ordered pair of two examples
/// of one class, an anchor and its positive, one or all of those of other classes. A negative label
/// stands for no class: such an example is in no triple.
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
  /// over a sphere: ``distanceWeights(of:labels:)``.
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
  ///   - labels: The class of each row; negative for none.
  ///   - random: What chance is taken from.
  /// - Returns: The triples, as constants.
  public func triples(of x: Tensor, labels: [Int], using random: inout Random) -> [Triple] {
    precondition(
      x.rank == 2 && x.shape[0] == labels.count,
      "[mining] shape \(x.shape) does not have one row for each of \(labels.count) labels")
    let rows: DistanceRows =
      switch self {
      case .all, .random: DistanceRows(n: labels.count, squared: [])
      case .hard, .semihard: DistanceRows(x)
      case .distance: DistanceRows(ofDirections: x)
      }
    var triples: [Triple] = []
    for anchor in labels.indices where labels[anchor] >= 0 {
      let positives = labels.indices.filter { labels[$0] == labels[anchor] && $0 != anchor }
      let negatives = Negatives(of: anchor, labels: labels)
      guard !positives.isEmpty, !negatives.indices.isEmpty else { continue }
      switch self {
      case .all:
        for positive in positives {
          triples += negatives.indices.map { Triple(anchor, positive, $0) }
        }
      case .random:
        for positive in positives {
          let chosen = random.integer(below: negatives.indices.count)
          triples.append(Triple(anchor, positive, negatives.indices[chosen]))
        }
      case .hard:
        let nearest = negatives.sorted(by: rows[anchor])[0].index
        triples += positives.map { Triple(anchor, $0, nearest) }
      case .semihard:
        let (row, sorted) = (rows[anchor], negatives.sorted(by: rows[anchor]))
        // Of those that are farthest, the first example.
        let farthest = sorted.lowerBound { $0.distance < sorted[sorted.count - 1].distance }
        triples += positives.map { positive in
          let beyond = sorted.lowerBound { !($0.distance > row[positive]) }
          let chosen = beyond < sorted.count ? beyond : farthest
          return Triple(anchor, positive, sorted[chosen].index)
        }
      case .distance:
        let weights = negatives.weights(by: rows[anchor], dimensions: x.shape[1])
        var sums = weights
        for k in sums.indices.dropFirst() { sums[k] += sums[k - 1] }
        // What rounding leaves of 1 goes to the last.
        let last = weights.lastIndex { $0 > 0 } ?? 0
        for positive in positives {
          let share = random.uniformDouble()
          let chosen = min(sums.lowerBound { $0 <= share }, last)
          triples.append(Triple(anchor, positive, negatives.indices[chosen]))
        }
      }
    }
    return triples
  }

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

/// The squared distances of a batch's examples, row by row.
private struct DistanceRows {
  let n: Int
  let squared: [Float]

  init(n: Int, squared: [Float]) { (self.n, self.squared) = (n, squared) }

  init(_ x: Tensor) {
    self.init(n: x.shape[0], squared: x.detached.pairwiseSquaredDistances.scalars)
  }

  init(ofDirections x: Tensor) { self.init(x.detached.atUnitScale().normalized()) }

  subscript(anchor: Int) -> [Float] { Array(squared[anchor * n..<(anchor + 1) * n]) }
}

/// The examples of other classes than an anchor's, in their order. None where it has no class.
private struct Negatives {
  let indices: [Int]

  init(of anchor: Int, labels: [Int]) {
    let own = labels[anchor]
    indices = own < 0 ? [] : labels.indices.filter { labels[$0] >= 0 && labels[$0] != own }
  }

  /// From the nearest; of equal distances the first example comes first.
  func sorted(by row: [Float]) -> [(distance: Float, index: Int)] {
    indices.map { (row[$0], $0) }.sorted { $0 < $1 }
  }

  /// How likely each is to be drawn.
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

extension Array {
  /// The first index of which the element, and all after it, is not below; elements that are come first.
  fileprivate func lowerBound(_ isBelow: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBelow(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
