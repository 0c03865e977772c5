public import Tensors

/// Measures of features without a classifier: how well the neighbours of an image tell its class.
public enum Retrieval {
  /// Recall@K for every K: the share of rows that have another row of the same label among their K
  /// nearest by Euclidean distance.
  ///
  /// Every row is a query, and all other rows are its gallery. A row that is alone with its label
  /// is a miss. The definition is that of RKD's evaluation; there as here, of two equal distances
  /// the lower index comes first. The result is exact, because distances are compared in Double.
  ///
  /// - Parameters:
  ///   - embeddings: The features, N×D.
  ///   - labels: The N labels of the rows.
  ///   - ks: The values of K, each 1 or more.
  /// - Returns: A share from 0 to 1 for each K.
  public static func recall(of embeddings: Tensor, labels: [Int], at ks: [Int]) -> [Double] {
    require(
      embeddings.rank == 2 && embeddings.shape[0] == labels.count,
      "[recall] shape \(embeddings.shape) is not one row for each of \(labels.count) labels")
    require(ks.allSatisfy { $0 > 0 }, "[recall] K of \(ks) is not 1 or more")
    let neighbours = NearestNeighbours.amongOthers(of: embeddings, count: ks.max() ?? 0)
    // The place of the nearest row with the same label.
    let ranks = zip(neighbours, labels).map { found, label in
      found.firstIndex { labels[$0] == label } ?? .max
    }
    return ks.map { k in Double(ranks.count { $0 < k }) / Double(max(labels.count, 1)) }
  }

  /// The accuracy, for every k, of the classifier that gives a row the most frequent label among
  /// its k nearest rows of a gallery. Of equally frequent labels, the one with the nearest row
  /// wins.
  ///
  /// - Parameters:
  ///   - embeddings: The features to classify, M×D.
  ///   - labels: Their M true labels.
  ///   - gallery: The features with known labels, N×D.
  ///   - known: The N labels of the gallery.
  ///   - ks: The values of k, each 1 or more.
  /// - Returns: An accuracy from 0 to 1 for each k.
  public static func accuracy(
    of embeddings: Tensor, labels: [Int], byNeighboursIn gallery: Tensor, labels known: [Int],
    at ks: [Int]
  ) -> [Double] {
    require(
      embeddings.rank == 2 && embeddings.shape[0] == labels.count
        && gallery.rank == 2 && gallery.shape[0] == known.count,
      """
      [nearest neighbours] shapes \(embeddings.shape) and \(gallery.shape) are not one row for \
      each of \(labels.count) and \(known.count) labels
      """)
    require(ks.allSatisfy { $0 > 0 }, "[nearest neighbours] k of \(ks) is not 1 or more")
    let neighbours = NearestNeighbours.of(embeddings, in: gallery, count: ks.max() ?? 0)
    return ks.map { k in
      let correct = zip(neighbours, labels).count { found, label in
        mostFrequent(found.prefix(k).map { known[$0] }) == label
      }
      return Double(correct) / Double(max(labels.count, 1))
    }
  }

  /// The most frequent of some labels, or the first of several that are equally frequent.
  private static func mostFrequent(_ labels: [Int]) -> Int? {
    let counts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
    let most = counts.values.max()
    return labels.first { counts[$0] == most }
  }
}
