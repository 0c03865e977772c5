import Kindred
import Synchronization
import TestSupport
import Testing

@testable import Tensors

/// Losses of every two examples, a tile at a time, against the same losses with matrices that are held.
@Suite struct TiledPairsTests {
  /// Losses whose matrices are never held if there are many examples.
  static let formulas = [
    "sp(layer: embedding)", "sp(layer: embedding, reduction: distinct)", "cckd",
    "cckd(kernel: bilinear, normalize: false)", "pkt", "irg.edge", "irg.edge(detachMax: false)",
    "irg.edge(normalize: none)", "rkd.distance", "rkd.distance(delta: 0.2)",
    "rkd.distance(reduction: sum)", "match(embedding, by: cosines, with: meanAbsolute)",
    "match(embedding, by: distances.dividedByMean, with: meanAbsolute)",
    "match(embedding, by: squaredDistances.dividedByMaximum, with: huber(delta: 0.1))",
  ]

  /// Rows of a kind that needs care, N×D.
  enum Kind: String, CaseIterable {
    case plain, equal, zeros, near, far, clusters, tiny, huge

    func rows(_ n: Int, _ d: Int, seed: UInt64) -> Tensor {
      var x = noise([n, d], seed: seed).scalars
      for i in stride(from: 0, to: n - 1, by: 5) {
        let (row, next) = (i * d..<(i + 1) * d, (i + 1) * d..<(i + 2) * d)
        switch self {
        case .equal: x.replaceSubrange(next, with: x[row])
        case .zeros: x.replaceSubrange(row, with: [Float](repeating: 0, count: d))
        case .near: x.replaceSubrange(next, with: x[row].map { $0 * (1 + 1e-4) })
        default: break
        }
      }
      for k in x.indices {
        switch self {
        case .far: x[k] += 1000
        case .clusters: x[k] = x[k] * 1e-3 + (k / d % 3 == 0 ? 1 : -1)
        case .tiny: x[k] *= 0x1p-20
        case .huge: x[k] *= 0x1p20
        default: break
        }
      }
      return Tensor(x, shape: [n, d])
    }
  }

  @Test(arguments: formulas, Kind.allCases)
  func tilesGiveWhatIsHeld(_ formula: String, _ kind: Kind) throws {
    let loss = try Registry.linked.loss(formula)
    for (n, d) in [(2, 5), (37, 9), (130, 24)] {
      let teacher = Kind.plain.rows(n, 7, seed: 2)
      try compare(loss, kind.rows(n, d, seed: 1), teacher, "\(formula) \(kind) \(n)")
      try compare(loss, teacher, kind.rows(n, d, seed: 1), "\(formula) by \(kind) \(n)")
    }
  }

  private func compare(
    _ loss: LossGraph, _ student: Tensor, _ teacher: Tensor, _ what: String,
    tolerance: Double = 1e-5
  ) throws {
    let held = try result(of: loss, student, teacher)
    let counts = Mutex((described: 0, held: 0))
    let tiled = try PairTiles.$threshold.withValue(1) {
      try PairTiles.$notice.withValue({ isHeld in
        counts.withLock { if isHeld { $0.held += 1 } else { $0.described += 1 } }
      }) { try result(of: loss, student, teacher) }
    }
    #expect(counts.withLock { $0.described > 0 && $0.held == 0 }, "\(what)")
    #expect(
      (tiled.value - held.value).magnitude <= tolerance * held.value.magnitude,
      "\(what): \(tiled.value), not \(held.value)")
    expectClose(
      tiled.gradient, held.gradient.map { Double($0) }, tolerance, what, floor: 1e-12)
  }

  private func result(
    of loss: LossGraph, _ student: Tensor, _ teacher: Tensor
  ) throws -> (value: Double, gradient: [Float]) {
    let result = try loss.evaluate(student: ["embedding": student], teacher: ["embedding": teacher])
    return (Double(result.value), try result.gradients["embedding"].scalars)
  }
}
