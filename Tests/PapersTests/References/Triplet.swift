import Kindred
import TestSupport
import Testing

@Suite struct TripletTests {
  static let references = [
    ("triplet", 0.2, false), ("triplet(squared: true, margin: 1)", 1, true),
    ("triplet(normalize: true, margin: 0.5)", 0.5, false),
  ].flatMap { formula, margin, squared in
    [[0, 1, 0, 1, 2, 0], [3, 3, 3, 1, 1, 1]].map { labels in
      Reference(formula, on: "embedding", [6, 3], [6, 3], labels: labels) { s, _ in
        var losses: [Double] = []
        let x = formula.contains("normalize") ? s.rows.map(unit) : s.rows
        func d(_ i: Int, _ j: Int) -> Double {
          let edge = difference(x[i], x[j]).map { $0 + (squared ? 0 : 1e-6) }
          return squared ? dot(edge, edge) : length(edge)
        }
        for a in 0..<6 {
          for p in 0..<6 where labels[p] == labels[a] && p != a {
            for n in 0..<6 where labels[n] != labels[a] {
              losses.append(max(0, d(a, p) - d(a, n) + margin))
            }
          }
        }
        return mean(losses)
      }
    }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  static let minings = Mining.allCases.map { $0.rawValue }

  private func evaluate(_ formula: String, _ x: Tensor, _ labels: [Int]) throws -> (
    value: Double, gradient: [Float]
  ) {
    let result = try Registry.linked.loss(formula).evaluate(
      student: Outputs(["embedding": x], labels: labels), teacher: [:], at: Moment())
    return (result.value, try result.gradients["embedding"].scalars)
  }

  /// An example with a negative label is no anchor, positive or negative: the loss is that of the
  /// batch without such examples.
  @Test(arguments: minings)
  func withoutALabelThereIsNoTriple(_ mining: String) throws {
    let formula = "triplet(squared: true, mining: \(mining))"
    let x = Tensor([0, 0.1, 1, 1.05], shape: [4, 1])
    for none in [-1, -100] {
      #expect(try evaluate(formula, x, [0, 0, none, none]).value == 0)
      #expect(try evaluate(formula, x, [none, none, none, none]).value == 0)
    }
    // Random mining has one negative to choose from.
    let labels = [0, 0, 1, -100, -100, -1, -2]
    let rows = noise([7, 3], seed: 3)
    let (some, gradient) = try evaluate(formula, rows, labels)
    let alone = try evaluate(formula, rows.rows([0, 1, 2]), [0, 0, 1])
    #expect(some == alone.value && some > 0)
    #expect(Array(gradient[..<9]) == alone.gradient)
    #expect(gradient[9...].allSatisfy { $0 == 0 })
  }

  @Test func withoutALabelThereIsNoWeight() {
    let weights = Mining.distanceWeights(of: noise([4, 3], seed: 1), labels: [0, -1, 1, -1])
    #expect(weights[1] == [0, 0, 0, 0] && weights[3] == [0, 0, 0, 0])
    #expect(weights[0] == [0, 0, 1, 0] && weights[2] == [1, 0, 0, 0])
  }

  /// All triples, one by one in Double.
  @Test(arguments: [false, true], [0.0, 0.2, 3.0])
  func allTriplesAreWhatTheySay(_ squared: Bool, _ margin: Double) throws {
    let labels = (0..<23).map { [0, 1, 0, 2, -1, 1, 0][$0 % 7] }
    let x = noise([23, 5], seed: 4)
    let points = Values(x)
    var (sum, count) = (0.0, 0)
    var slopes = [Double](repeating: 0, count: 23 * 5)
    for a in 0..<23 where labels[a] >= 0 {
      for p in 0..<23 where p != a && labels[p] == labels[a] {
        for n in 0..<23 where labels[n] >= 0 && labels[n] != labels[a] {
          count += 1
          func distance(_ k: Int) -> (Double, [Double]) {
            let ε = squared ? 0 : 1e-6
            let v = zip(points.row(a), points.row(k)).map { $0 - $1 + ε }
            return squared ? (dot(v, v), v.map { 2 * $0 }) : (length(v), v.map { $0 / length(v) })
          }
          let ((dp, toP), (dn, toN)) = (distance(p), distance(n))
          guard dp - dn + margin > 0 else { continue }
          sum += dp - dn + margin
          for k in 0..<5 {
            slopes[a * 5 + k] += toP[k] - toN[k]
            slopes[p * 5 + k] -= toP[k]
            slopes[n * 5 + k] += toN[k]
          }
        }
      }
    }
    let (value, gradient) = try evaluate(
      "triplet(squared: \(squared), margin: \(margin))", x, labels)
    #expect(abs(value - sum / Double(count)) <= 2e-6 * sum / Double(count))
    expectClose(gradient, slopes.map { $0 / Double(count) }, 1e-5, "gradient")
  }

  /// As in RKD's code, equal examples are 10⁻⁶ apart in every coordinate: together 10⁻⁴ for 10,000
  /// coordinates.
  @Test func equalTripletsAreASmallNumberApart() throws {
    let same = Tensor(repeating: 0, shape: [1, 10_000])
    let far = Tensor((0..<10_000).map { $0 == 0 ? 0.1 : 0 }, shape: [1, 10_000])
    let x = Tensor.concatenated([same, same, far])
    let (value, gradient) = try evaluate("triplet", x, [0, 0, 1])
    let negative = ((-0.1 + 1e-6) * (-0.1 + 1e-6) + 9999e-12).squareRoot()
    #expect(abs(value - (1e-4 - negative + 0.2)) < 1e-6)
    #expect(gradient.allSatisfy { abs($0) <= 1.01 })
    #expect(
      try abs(evaluate("triplet(squared: true)", x, [0, 0, 1]).value - 0.19) < 1e-6)
  }

  /// 2,000 examples have two billion triples. None of them is held.
  @Test func manyTriplesNeedLittleMemory() throws {
    let n = 2000
    let before = peakMegabytes
    let value = try evaluate("triplet", noise([n, 4], seed: 5), (0..<n).map { $0 % 2 }).value
    // E max(0, d − d′ + 0.2) for two distances of one distribution is more than the margin.
    #expect(value > 0.2 && value < 1)
    // All triples at once would take 9 GB. Other tests may run at the same time.
    #expect(peakMegabytes - before < 3000)
  }

  @Test func threadsChangeNoBit() throws {
    let n = 600
    let x = noise([n, 4], seed: 5)
    let labels = (0..<n).map { $0 % 2 }
    let alone = try Parallel.$threads.withValue(1) { try evaluate("triplet", x, labels) }
    let together = try Parallel.$threads.withValue(3) { try evaluate("triplet", x, labels) }
    #expect(alone.value == together.value && alone.gradient == together.gradient)
  }

  @Test func whatIsNoNumberStaysNone() throws {
    var scalars = noise([6, 2], seed: 6).scalars
    scalars[3] = .nan
    let value = try evaluate("triplet", Tensor(scalars, shape: [6, 2]), [0, 0, 1, 1, 0, 1]).value
    #expect(!value.isFinite)
  }
}
