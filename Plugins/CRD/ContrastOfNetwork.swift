import Distillation
import Tensors

/// The contrast of a network's embeddings with the remembered ones of the other.
struct ContrastOfNetwork {
  /// ⟨v, m⟩/τ of each example with its own embedding in the other network, N.
  private let positives: Tensor
  /// ⟨v, m⟩/τ of examples with embeddings of others, one example after another; `nil` if nothing else is
  /// remembered.
  private let negatives: Tensor?
  /// How many of them each example has.
  private let counts: [Int]

  /// - Parameters:
  ///   - anchor: The embeddings, N×F.
  ///   - pair: The other network's embeddings of the same examples.
  ///   - remembered: The other network's remembered embeddings.
  ///   - crd: The loss.
  ///   - random: Draws the others, if there are more than needed.
  init(
    anchor: Tensor, pair: Tensor, remembered: Remembered, _ crd: CRD, using random: inout Random
  ) {
    let (table, filled) = (remembered.table, remembered.filled)
    let isFilled = Set(filled)
    let own: [Int?] = (0..<anchor.shape[0]).map { i in
      remembered.indices.flatMap { isFilled.contains($0[i]) ? $0[i] : nil }
    }
    // An example that is not remembered yet has the embedding of this batch.
    let known = own.compactMap { $0 }
    var next = 0
    let places = own.indices.map { i in
      guard own[i] != nil else { return known.count + i }
      defer { next += 1 }
      return next
    }
    let targets = Tensor.concatenated([table.rows(known), pair]).rows(places)
    positives = (anchor * targets).sum(axis: 1) / Tensor(crd.temperature)
    var entries: [Int] = []
    counts = own.indices.map { i in
      let others = Self.others(among: filled, except: own[i], most: crd.negatives, using: &random)
      entries += others.map { i * table.shape[0] + $0 }
      return others.count
    }
    guard !entries.isEmpty else {
      negatives = nil
      return
    }
    let cosines = Tensor.matmul(anchor, table, transposingSecond: true)
    negatives = cosines.gathered(entries, shape: [entries.count]) / Tensor(crd.temperature)
  }

  /// All remembered rows except one; or as many as are needed, drawn with replacement.
  private static func others(
    among filled: [Int], except own: Int?, most: Int, using random: inout Random
  ) -> [Int] {
    guard filled.count - (own == nil ? 0 : 1) > most else { return filled.filter { $0 != own } }
    return (0..<most).map { _ in
      while true {
        let row = filled[random.integer(below: filled.count)]
        if row != own { return row }
      }
    }
  }

  /// Whether there is something from which an example is told apart.
  var isKnown: Bool { negatives != nil }

  /// log c, where c is the mean of exp over all pairs.
  var logScale: Float {
    let all = Tensor.concatenated([positives.detached] + (negatives.map { [$0.detached] } ?? []))
    return all.reshaped([1, all.count]).logMeanExp(temperature: 1).scalars[0]
  }

  /// ℓ = 1/n Σᵢ [softplus(log K c − pᵢ) + Σ_k softplus(nᵢₖ − log K c)].
  func loss(logScale: Double) -> Tensor {
    guard let negatives else { return Tensor(0.0) * positives.sum() }
    let thresholds = counts.map { Float(Double(max($0, 1)).logarithm() + logScale) }
    let ofNegatives = zip(thresholds, counts).flatMap { [Float](repeating: $0, count: $1) }
    let hasOthers = Tensor(counts.map { $0 > 0 ? 1 : 0 })
    let pulled = hasOthers * (Tensor(thresholds) - positives).softplus()
    let pushed = (negatives - Tensor(ofNegatives)).softplus()
    return (pulled.sum() + pushed.sum()) / Tensor(Double(counts.count))
  }
}
