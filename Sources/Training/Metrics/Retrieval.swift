public import Tensors

/// What features are worth without a classifier: how well an image's neighbours tell its class.
public enum Retrieval {
  /// Recall@K for every K: the share of rows that have one of their own label among the K nearest
  /// others by Euclidean distance.
  ///
  /// Every row is a query, and all rows are the gallery. A row that is the only one of its label is
  /// a miss. The definition is that of RKD's evaluation; there, and here, the lower index goes first
  /// where distances are equal. Exact, see ``NearestNeighbours``.
  ///
  /// The embeddings are N×D, with N labels, and every K is 1 or more.
  public static func recall(of embeddings: Tensor, labels: [Int], at ks: [Int]) -> [Double] {
    precondition(
      embeddings.rank == 2 && embeddings.shape[0] == labels.count,
      "[recall] shape \(embeddings.shape) is not one row for each of \(labels.count) labels")
    precondition(ks.allSatisfy { $0 > 0 }, "[recall] K of \(ks) is not 1 or more")
    let neighbours = NearestNeighbours.amongOthers(of: embeddings, count: ks.max() ?? 0)
    // How far down the first of the same label is.
    let ranks = zip(neighbours, labels).map { found, label in
      found.firstIndex { labels[$0] == label } ?? .max
    }
    return ks.map { k in Double(ranks.count { $0 < k }) / Double(max(labels.count, 1)) }
  }

  /// The accuracy, for every k, of the classifier that gives a row the most frequent label among its
  /// k nearest of a gallery; of equally frequent labels the one whose nearest row is nearer.
  ///
  /// The embeddings are M×D, with M labels, the gallery is N×D, with N labels, and every k is 1 or
  /// more.
  public static func accuracy(
    of embeddings: Tensor, labels: [Int], byNeighboursIn gallery: Tensor, labels known: [Int],
    at ks: [Int]
  ) -> [Double] {
    precondition(
      embeddings.rank == 2 && embeddings.shape[0] == labels.count
        && gallery.rank == 2 && gallery.shape[0] == known.count,
      """
      [nearest neighbours] shapes \(embeddings.shape) and \(gallery.shape) are not one row for \
      each of \(labels.count) and \(known.count) labels
      """)
    precondition(ks.allSatisfy { $0 > 0 }, "[nearest neighbours] k of \(ks) is not 1 or more")
    let neighbours = NearestNeighbours.of(embeddings, in: gallery, count: ks.max() ?? 0)
    return ks.map { k in
      let correct = zip(neighbours, labels).count { found, label in
        mostFrequent(found.prefix(k).map { known[$0] }) == label
      }
      return Double(correct) / Double(max(labels.count, 1))
    }
  }

  /// The most frequent of some labels, of equally frequent ones the first.
  private static func mostFrequent(_ labels: [Int]) -> Int? {
    let counts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
    let most = counts.values.max()
    return labels.first { counts[$0] == most }
  }
}
