import Distillation
import Tensors

/// What is remembered of a network, for the examples of a batch.
struct Remembered {
  /// An embedding in each row; a row of zeros is of an example that was not seen yet.
  let table: Tensor
  /// The row of each example of the batch; `nil` if rows are of no example in particular.
  let indices: [Int]?

  /// The rows that hold an embedding.
  var filled: [Int] {
    let width = table.shape[1]
    return table.withUnsafeBufferPointer { scalars in
      (0..<table.shape[0]).filter { row in
        scalars[row * width..<(row + 1) * width].contains { $0 != 0 }
      }
    }
  }

  /// The table after a batch with these embeddings.
  func after(_ new: Tensor, _ crd: CRD) -> Tensor {
    guard let indices else {
      let all = Tensor.concatenated([table, new])
      return all.rows(Array(max(0, all.shape[0] - crd.negatives)..<all.shape[0]))
    }
    let missing = max(0, (indices.max() ?? -1) + 1 - table.shape[0])
    let rows = Tensor.concatenated([
      table, Tensor(repeating: 0, shape: [missing, table.shape[1]]),
    ])
    let known = rows.rows(indices)
    let isKnown = known.squared().sum(axis: 1, keepingDimensions: true)
    let share = Tensor(
      isKnown.scalars.map { $0 > 0 ? Float(crd.momentum) : 0 }, shape: isKnown.shape)
    let mixed = (share * known + (Tensor(1.0) - share) * new).normalized()
    var places = Array(0..<rows.shape[0])
    for (place, index) in indices.enumerated() { places[index] = rows.shape[0] + place }
    return Tensor.concatenated([rows, mixed]).rows(places)
  }
}

/// The contrast of a network's embeddings with what is remembered of the other.
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
  ///   - remembered: What is remembered of the other network.
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
