import Reports
import Tensors
import Testing

/// How alike layers are.
@Suite struct LayerSimilaritiesTests {
  private func normal(_ n: Int, _ d: Int, seed: UInt64) -> Tensor {
    var random = Random(seed: seed, "layer")
    return Tensor(shape: [n, d]) { x in for i in x.indices { x[i] = random.normal() } }
  }

  private func similarity(
    _ a: Tensor, _ b: Tensor, _ measure: LayerSimilarities.Measure
  ) -> Double? {
    LayerSimilarities(student: [("a", a)], teacher: [("b", b)], by: measure).values[0][0]
  }

  /// Of 20 examples of 200 features, estimates with a bias are near 1.
  @Test(arguments: LayerSimilarities.Measure.allCases)
  func independentLayersAreNotAlike(_ measure: LayerSimilarities.Measure) throws {
    let found = try (0..<20).map { seed in
      try #require(
        similarity(normal(20, 200, seed: seed), normal(20, 200, seed: seed + 100), measure))
    }
    #expect(abs(found.reduce(0, +) / 20) < 0.05)
    #expect(found.allSatisfy { abs($0) < 0.4 })
  }

  /// Exchanged features are a rotation, and another unit or origin changes no relation but that of SP.
  @Test(arguments: LayerSimilarities.Measure.allCases)
  func aRotatedLayerIsTheSame(_ measure: LayerSimilarities.Measure) throws {
    let x = normal(12, 5, seed: 1)
    let turned = x.transposed.rows([3, 0, 4, 1, 2]).transposed
    let moved = measure == .sp ? Tensor(100) * turned : Tensor(100) * turned + Tensor(1000)
    #expect(try abs(#require(similarity(x, moved, measure)) - 1) < 1e-4)
  }

  /// HSIC₁ of Song et al. by its definition, in Double.
  @Test func kernelsGiveTheDebiasedAlignment() throws {
    let (x, y) = (normal(9, 4, seed: 3), normal(9, 6, seed: 4) + normal(9, 6, seed: 5))
    func kernel(_ x: Tensor) -> [[Double]] {
      let (n, d) = (x.shape[0], x.shape[1])
      let rows = (0..<n).map { i in x.scalars[i * d..<(i + 1) * d].map { Double($0) } }
      var k = rows.map { a in rows.map { b in zip(a, b).reduce(0.0) { $0 + $1.0 * $1.1 } } }
      for i in 0..<n { k[i][i] = 0 }
      return k
    }
    func hsic(_ k: [[Double]], _ l: [[Double]]) -> Double {
      let n = Double(k.count)
      let (rows, columns) = (k.map { $0.reduce(0, +) }, l.map { $0.reduce(0, +) })
      let products = zip(k.joined(), l.joined()).map { $0 * $1 }
      let trace: Double = products.reduce(0, +)
      let along: Double = zip(rows, columns).map { $0 * $1 }.reduce(0, +)
      let all = rows.reduce(0, +) * columns.reduce(0, +)
      return (trace + all / ((n - 1) * (n - 2)) - 2 / (n - 2) * along) / (n * (n - 3))
    }
    let (k, l) = (kernel(x), kernel(y))
    let expected = hsic(k, l) / (hsic(k, k) * hsic(l, l)).squareRoot()
    #expect(try abs(#require(similarity(x, y, .cka)) - expected) < 1e-5)
  }

  @Test func layersThatRelateAllExamplesAlikeHaveNoSimilarity() {
    #expect(similarity(.ones([6, 3]), normal(6, 3, seed: 1), .cka) == nil)
    #expect(similarity(normal(6, 3, seed: 1), .zeros([6, 3]), .rkd) == nil)
  }

  /// Five examples say nothing of layers that are not equal.
  @Test func chanceIsNoReason() {
    let found = LayerSimilarities(
      student: [("a", normal(5, 50, seed: 1))],
      teacher: (2..<30).map { ("\($0)", normal(5, 50, seed: $0)) }, by: .cka)
    #expect(found.values[0].contains { $0.map { $0 > 0.3 } ?? false })
    #expect(found.choices[0] == nil)
  }

  @Test func theMostAlikeLayerIsChosen() throws {
    let (a, b) = (normal(40, 8, seed: 1), normal(40, 8, seed: 2))
    let noise = normal(40, 8, seed: 3)
    let similarities = LayerSimilarities(
      student: [("early", a), ("late", b + Tensor(0.2) * noise), ("none", noise)],
      teacher: [("early", a), ("deep", b)], by: .cka)
    let choices = similarities.choices
    #expect(choices.map { $0?.teacher } == ["early", "deep", nil])
    #expect(choices[0]?.formula(.cka) == "cka(layer: early)")
    #expect(choices[1]?.formula(.rkd) == "rkd.distance(layer: late, teacherLayer: deep)")
    #expect(choices[1]?.next?.name == "early")
    let dotted = LayerSimilarities(student: [("layer1.0", a)], teacher: [("b-3", a)], by: .sp)
    #expect(dotted.choices[0]?.formula(.sp) == #"sp(layer: "layer1.0", teacherLayer: "b-3")"#)
    let svg = similarities.svg
    #expect(svg.hasPrefix("<svg xmlns=") && svg.hasSuffix("</svg>\n"))
    #expect(svg.contains(">1.00</text>") && svg.contains(">late</text>"))
  }
}
