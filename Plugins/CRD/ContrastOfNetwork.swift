import Distillation
import Tensors

/// The contrast of a network's embeddings with the remembered ones of the other.
struct ContrastOfNetwork {
  /// ⟨v, m⟩/τ of each example with its own embedding in the other network, N.
  private let positives: Tensor
  /// ⟨v, m⟩/τ of examples with remembered embeddings, one example after another; `nil` if there is no other
  /// one.
  private let scores: Tensor?
  /// How many scores there are of each example.
  private let lengths: [Int]
  /// How many of them are with embeddings of others.
  private let counts: [Int]
  /// The scores with an example's own embedding.
  private let own: [Int]

  /// - Parameters:
  ///   - anchor: The embeddings, N×F.
  ///   - pair: The other network's embeddings of the same examples.
  ///   - remembered: The other network's remembered embeddings.
  ///   - crd: The loss.
  ///   - random: Draws the others, if there are more than needed.
  init(
    anchor: Tensor, pair: Tensor, remembered: Remembered, _ crd: CRD, using random: inout Random
  ) {
    let (filled, count) = (remembered.filled, remembered.table.shape[0])
    let table = filled.count == count ? remembered.table : remembered.table.rows(filled)
    var places = [Int?](repeating: nil, count: count)
    for (place, row) in filled.enumerated() { places[row] = place }
    let own: [Int?] = (0..<anchor.shape[0]).map { i in
      remembered.indices.flatMap { $0[i] < count ? places[$0[i]] : nil }
    }
    // An example that is not remembered yet has the embedding of this batch.
    let known = own.compactMap { $0 }
    var next = 0
    let rows = own.indices.map { i in
      guard own[i] != nil else { return known.count + i }
      defer { next += 1 }
      return next
    }
    let targets = Tensor.concatenated([table.rows(known), pair]).rows(rows)
    positives = (anchor * targets).sum(axis: 1) / Tensor(crd.temperature)

    let others = own.map { filled.count - ($0 == nil ? 0 : 1) }
    let counts = others.map { min($0, crd.negatives) }
    self.counts = counts
    guard counts.contains(where: { $0 > 0 }) else {
      (scores, lengths, self.own) = (nil, [], [])
      return
    }
    let all = Tensor.matmul(
      anchor / Tensor(crd.temperature), table, transposingSecond: true)
    guard others.contains(where: { $0 > crd.negatives }) else {
      scores = all
      lengths = own.map { _ in filled.count }
      self.own = own.enumerated().compactMap { i, place in place.map { i * filled.count + $0 } }
      return
    }
    let entries = own.indices.flatMap { i in
      Self.others(counts[i], of: filled.count, except: own[i], using: &random)
        .map { i * filled.count + $0 }
    }
    (scores, lengths, self.own) = (all.gathered(entries, shape: [entries.count]), counts, [])
  }

  /// So many different ones of 0..<n except one, drawn by chance if there are more.
  private static func others(
    _ count: Int, of n: Int, except own: Int?, using random: inout Random
  ) -> [Int] {
    var places = Array(0..<n)
    if let own {
      places.swapAt(own, n - 1)
      places.removeLast()
    }
    guard count < places.count else { return places }
    for i in 0..<count { places.swapAt(i, random.integer(in: i...places.count - 1)) }
    return Array(places.prefix(count))
  }

  /// Whether there is something from which an example is told apart.
  var isKnown: Bool { scores != nil }

  /// log c, where c is the mean of exp over all pairs.
  var logScale: Float {
    let others = above([Float](repeating: 0, count: counts.count)) ?? .zeros([0])
    let all = Tensor.concatenated([positives, others.reshaped([others.count])]).detached
    // The mean is of all but the own ones, whose exp is 0.
    let share = Double(all.count - own.count) / Double(all.count)
    return Float(Double(all.logMeanExp(temperature: 1).scalar) - share.logarithm())
  }

  /// ℓ = 1/n Σᵢ [softplus(log K c − pᵢ) + Σ_k softplus(nᵢₖ − log K c)].
  func loss(logScale: Double) -> Tensor {
    let thresholds = counts.map { Float(Double(max($0, 1)).logarithm() + logScale) }
    guard let above = above(thresholds) else { return Tensor(0.0) * positives.sum() }
    let hasOthers = Tensor(counts.map { $0 > 0 ? 1 : 0 })
    let pulled = hasOthers * (Tensor(thresholds) - positives).softplus()
    return (pulled.sum() + above.softplus().sum()) / Tensor(Double(counts.count))
  }

  /// Subtracts a threshold of each example from its scores. An example's own embedding gets so small a number
  /// that its softplus and the derivative are 0.
  private func above(_ thresholds: [Float]) -> Tensor? {
    guard let scores else { return nil }
    return scores
      - Tensor(shape: scores.shape) { subtracted in
        var start = 0
        for (threshold, length) in zip(thresholds, lengths) {
          subtracted[start..<start + length].initialize(repeating: threshold)
          start += length
        }
        for entry in own { subtracted[entry] = 1e30 }
      }
  }
}
