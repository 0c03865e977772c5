extension Tensor {
  /// Σ max(0, dₐₚ − dₐₙ + m) over every triple of an anchor a, another example p of its class and an
  /// example n of another class, of shape []; and the number of triples. This tensor is the matrix of
  /// distances d, n×n for n classes; another shape traps. An example without a class is in no triple.
  ///
  /// No triple is held. An anchor's negatives are sorted by their distance. Those nearer than dₐₚ + m
  /// come first, say k of them, and add k (dₐₚ + m) − Σ dₐₙ for p, from sums that are computed once an
  /// anchor: n² log n operations for n³ triples. The derivative by dₐₚ is k; that by dₐₙ is minus the
  /// number of positives with dₐₚ + m > dₐₙ. The derivative at 0 is 0.
  public func tripletHinges(classes: [Int?], margin m: Double) -> (sum: Tensor, count: Int) {
    let n = classes.count
    require(
      shape == [n, n], "[triplet hinges] shape \(shape) is not \(n)×\(n), for \(n) classes")
    let needsSlopes = !isConstant
    let slopes = Tensor(repeating: 0, shape: needsSlopes ? [n, n] : [0])
    var sums = [Double](repeating: 0, count: n)
    var counts = [Int](repeating: 0, count: n)
    sums.withUnsafeMutableBufferPointer { sums in
      counts.withUnsafeMutableBufferPointer { counts in
        // Sorting takes some operations an entry.
        Parallel.forEachRange(of: n, length: 8, work: 20 * n * n) { anchors in
          var anchor = HingesOfAnchor()
          for a in anchors {
            let row = UnsafeBufferPointer(start: pointer + a * n, count: n)
            let ownSlopes = needsSlopes ? slopes.storage.pointer + a * n : nil
            (sums[a], counts[a]) = anchor.hinges(a, row, classes, m, slopes: ownSlopes)
          }
        }
      }
    }
    let sum = Tensor(sums.reduce(0, +)).computed(from: [self]) { [slopes.scaled(by: $0.scalar)] }
    return (sum, counts.reduce(0, +))
  }
}

/// The triples of one anchor, with the memory for them.
private struct HingesOfAnchor {
  /// Positives with dₐₚ + m and negatives with dₐₙ, in the order of these numbers.
  private var positives: [(bound: Double, index: Int)] = []
  private var negatives: [(distance: Double, index: Int)] = []

  /// The sum of an anchor's hinges and their number. The slopes must be 0 before.
  mutating func hinges(
    _ a: Int, _ row: UnsafeBufferPointer<Float>, _ classes: [Int?], _ m: Double,
    slopes: UnsafeMutablePointer<Float>?
  ) -> (sum: Double, count: Int) {
    guard let own = classes[a] else { return (0, 0) }
    positives.removeAll(keepingCapacity: true)
    negatives.removeAll(keepingCapacity: true)
    for (k, other) in classes.enumerated() where k != a {
      guard let other else { continue }
      if other == own {
        positives.append((Double(row[k]) + m, k))
      } else {
        negatives.append((Double(row[k]), k))
      }
    }
    let count = positives.count * negatives.count
    guard count > 0 else { return (0, 0) }
    // NaN and infinities have no order here.
    guard
      positives.allSatisfy({ $0.bound.isFinite }), negatives.allSatisfy({ $0.distance.isFinite })
    else { return (.nan, count) }
    positives.sort { $0 < $1 }
    negatives.sort { $0 < $1 }
    var (sum, nearer, nearerSum) = (0.0, 0, 0.0)
    for (bound, p) in positives {
      while nearer < negatives.count, negatives[nearer].distance < bound {
        nearerSum += negatives[nearer].distance
        nearer += 1
      }
      sum += Double(nearer) * bound - nearerSum
      slopes?[p] = Float(nearer)
    }
    guard let slopes else { return (sum, count) }
    var below = 0
    for (distance, n) in negatives {
      while below < positives.count, positives[below].bound <= distance { below += 1 }
      slopes[n] = -Float(positives.count - below)
    }
    return (sum, count)
  }
}
