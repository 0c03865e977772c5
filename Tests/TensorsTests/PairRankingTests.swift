import Tensors
import TestSupport
import Testing

/// The order of pairs, beside all hinges one by one in Double.
@Suite struct PairRankingTests {
  /// The mean of the hinges, and of each entry the number of hinges that fall with it, minus those that
  /// rise, over their number.
  private func plain(_ n: Int, _ s: Tensor, _ t: Tensor, _ m: Double) -> (Double, [Double]) {
    let places = (0..<n).flatMap { i in (0..<n).compactMap { i < $0 ? i * n + $0 : nil } }
    let (s, t) = (s.scalars.map { Double($0) }, t.scalars)
    var (sum, slopes) = (0.0, [Double](repeating: 0, count: n * n))
    for p in places.indices {
      for q in places.indices where p < q {
        let (a, b) = (places[p], places[q])
        let σ: Double = t[b] < t[a] ? -1 : 1
        let hinge = m - σ * (s[b] - s[a])
        guard hinge > 0 else { continue }
        sum += hinge
        slopes[b] -= σ
        slopes[a] += σ
      }
    }
    let count = Double(places.count * (places.count - 1) / 2)
    return (sum / count, slopes.map { $0 / count })
  }

  private func expectPlain(
    _ n: Int, _ s: Tensor, _ t: Tensor, _ m: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (value, gradient) = valueWithGradient(at: s) { $0.pairRanking(byTeacher: t, margin: m) }
    let expected = plain(n, s, t, m)
    #expect(
      abs(value.scalar - Float(expected.0)) <= Float(expected.0).ulp,
      "\(value.scalar), not \(expected.0)", sourceLocation: sourceLocation)
    // The slopes are whole numbers over one number: nothing is lost.
    #expect(
      gradient.scalars == expected.1.map { Float($0) }, "gradient", sourceLocation: sourceLocation)
  }

  /// 24 examples have 276 pairs with 37,950 hinges.
  @Test(arguments: [3, 4, 5, 9, 24], [0, 0.015, 0.5, 3])
  func areAllHinges(_ n: Int, _ m: Double) {
    for seed in [UInt64(1), 2] {
      expectPlain(n, noise([n, n], seed: seed), noise([n, n], seed: seed + 10), m)
    }
    // A student with the teacher's order.
    let t = noise([n, n], seed: 5)
    expectPlain(n, t, t, m)
    expectPlain(n, -t, t, m)
  }

  /// Many numbers are equal, in either network, and many hinges are exactly 0.
  @Test(arguments: [0, 0.25, 0.5])
  func equalNumbersKeepTheOrderOfPairs(_ m: Double) {
    func coarse(_ seed: UInt64) -> Tensor {
      Tensor(noise([12, 12], seed: seed).scalars.map { (4 * $0).rounded() / 4 }, shape: [12, 12])
    }
    expectPlain(12, coarse(1), coarse(2), m)
    expectPlain(12, noise([12, 12], seed: 1), coarse(2), m)
    expectPlain(12, coarse(1), Tensor(repeating: 0, shape: [12, 12]), m)
    // Zero and minus zero are equal.
    let zeros = Tensor((0..<144).map { $0 % 3 == 0 ? -0.0 : 0 as Float }, shape: [12, 12])
    expectPlain(12, coarse(1), zeros, m)
  }

  /// Only what is above the diagonal counts.
  @Test func theRestOfTheMatrixIsNotRead() {
    let (s, t) = (noise([5, 5], seed: 1), noise([5, 5], seed: 2))
    let above = Tensor((0..<25).map { $0 / 5 < $0 % 5 ? 1 : 0 as Float }, shape: [5, 5])
    let value = s.pairRanking(byTeacher: t, margin: 0.1).scalar
    #expect((s * above).pairRanking(byTeacher: t * above, margin: 0.1).scalar == value)
  }

  @Test(arguments: [0, 1, 2]) func twoExamplesHaveNoTwoPairs(_ n: Int) {
    let (value, gradient) = valueWithGradient(at: noise([n, n], seed: 1)) {
      $0.pairRanking(byTeacher: noise([n, n], seed: 2), margin: 0.5)
    }
    #expect(value.scalar == 0 && gradient.shape == [n, n])
    #expect(gradient.scalars.allSatisfy { $0 == 0 })
  }

  @Test func whatIsNoNumberStaysNone() {
    let (x, y) = (noise([4, 4], seed: 1), noise([4, 4], seed: 2))
    for number in [Float.nan, .infinity] {
      for place in [1, 11] {
        var scalars = x.scalars
        scalars[place] = number
        let other = Tensor(scalars, shape: [4, 4])
        #expect(other.pairRanking(byTeacher: y, margin: 0.1).scalar.isNaN)
        #expect(y.pairRanking(byTeacher: other, margin: 0.1).scalar.isNaN)
      }
    }
  }

  @Test func whatIsNoSquareTraps() async {
    let process = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = noise([2, 3], seed: 1).pairRanking(byTeacher: noise([2, 3], seed: 2), margin: 1)
    }
    expect("[pair ranking] shapes [2, 3] and [2, 3] are not two equal squares", of: process)
  }
}
