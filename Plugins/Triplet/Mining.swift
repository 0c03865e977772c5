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
