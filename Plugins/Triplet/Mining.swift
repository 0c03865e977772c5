public import Tensors

/// The triples of a labelled batch that a loss compares. Each ordered pair of two examples of one class is
/// an anchor and its positive; it is joined by one or all examples of other classes, its negatives. A
/// negative label stands for no class: such an example is in no triple.
///
/// This follows the code of RKD (lenscloth/RKD). If distances are equal, the first example counts as the
/// nearer one.
public enum Mining: String, Codable, CaseIterable, Hashable, Sendable {
  /// Every negative.
  case all
  /// One negative by chance, each as likely as the others.
  case random
  /// The negative nearest to the anchor.
  case hard
  /// The nearest negative that is farther away than the positive; if there is none, the farthest one.
  case semihard
  /// One negative by chance. The rarer its distance would be among points that are spread evenly over a
  /// sphere, the more likely it is: ``distanceWeights(of:labels:)``.
  case distance
}

/// Three examples of a batch, by their indices.
public struct Triple: Hashable, Sendable {
  /// The index of an example in the batch: the anchor, a positive of its class, or a negative of
  /// another class.
  public let anchor, positive, negative: Int

  /// Makes a triple of three indices.
  public init(_ anchor: Int, _ positive: Int, _ negative: Int) {
    (self.anchor, self.positive, self.negative) = (anchor, positive, negative)
  }
}

extension Mining {
  /// The triples of a batch, in the order of anchor and positive. An anchor without a positive or without a
  /// negative has none.
  ///
  /// - Parameters:
  ///   - x: Embeddings, N×D.
  ///   - labels: The class of each row; a negative number stands for no class.
  ///   - random: The generator of random choices.
  /// - Returns: The triples, as constants.
  public func triples(of x: Tensor, labels: [Int], using random: inout Random) -> [Triple] {
    guard x.rank == 2, x.shape[0] == labels.count else {
      fatalError(
        "[mining] shape \(x.shape) does not have one row for each of \(labels.count) labels")
    }
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
        // If several are farthest, the first example is taken.
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
        // The last one gets what rounding leaves of 1.
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
}

extension Array {
  /// The first index whose element is not below. The elements that are below come first.
  fileprivate func lowerBound(_ isBelow: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBelow(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
