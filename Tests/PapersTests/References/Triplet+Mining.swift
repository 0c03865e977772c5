import Foundation
import Goldens
import Kindred
import TestSupport
import Testing

@Suite struct MiningTests {
  /// Cases of metric learning that have no loss.
  struct File: Decodable {
    let cases: [Case]

    struct Case: Decodable {
      let `case`: String
      let kind: String
      let inputs: [String: GoldenCase.Array]
      let expected: Expected
    }

    struct Expected: Decodable {
      let triples: [[Int]]?
      let matrix: GoldenCase.Array?
    }

    static func cases(_ kind: String) throws -> [(x: Tensor, labels: [Int], Case)] {
      let url = GoldenFile.folder.appending(path: "metric_learning.json")
      return try JSONDecoder().decode(File.self, from: Data(contentsOf: url)).cases
        .filter { $0.kind == kind }
        .map { golden in
          (
            try #require(golden.inputs["embeddings"]).tensor,
            try #require(golden.inputs["labels"]).data.map { Int($0) }, golden
          )
        }
    }
  }

  private func triples(_ mining: Mining, _ x: Tensor, _ labels: [Int], seed: UInt64 = 1) -> [Triple]
  {
    var random = Random(seed: seed)
    return mining.triples(of: x, labels: labels, using: &random)
  }

  @Test func semihardTriplesAreTheReferences() throws {
    let cases = try File.cases("semihard_triples")
    #expect(cases.count == 3)
    for (x, labels, golden) in cases {
      let expected = try #require(golden.expected.triples).map { Triple($0[0], $0[1], $0[2]) }
      #expect(triples(.semihard, x, labels) == expected, "\(golden.case)")
    }
  }

  @Test func distanceWeightsAreTheReferences() throws {
    let cases = try File.cases("distance_weights")
    #expect(cases.count == 3)
    for (x, labels, golden) in cases {
      let weights = Mining.distanceWeights(of: x, labels: labels)
      let expected = try #require(golden.expected.matrix).data
      expectClose(weights.joined().map { Float($0) }, expected, 1e-5, golden.case)
    }
  }

  static let labels = [0, 0, 1, 1, 1, 2, 0]
  static let x = noise([7, 4], seed: 5)

  /// Every anchor and positive in order, with negatives found by searching all examples.
  @Test func hardAndAllAreWhatTheySay() {
    let points = Values(Self.x)
    var all: [Triple] = []
    var hard: [Triple] = []
    for a in 0..<7 {
      for p in 0..<7 where p != a && Self.labels[p] == Self.labels[a] {
        let negatives = (0..<7).filter { Self.labels[$0] != Self.labels[a] }
        all += negatives.map { Triple(a, p, $0) }
        var nearest = negatives[0]
        for n in negatives
        where distance(points.row(a), points.row(n)) < distance(points.row(a), points.row(nearest))
        {
          nearest = n
        }
        hard.append(Triple(a, p, nearest))
      }
    }
    #expect(triples(.all, Self.x, Self.labels) == all)
    #expect(triples(.hard, Self.x, Self.labels) == hard)
  }

  @Test func tiesGoToTheFirst() {
    let x = Tensor([0, 1, -1, 1, 0.5], shape: [5, 1])
    #expect(triples(.hard, x, [0, 1, 1, 1, 0]).first == Triple(0, 4, 1))
    let far = Tensor([0, 3, 1, -1, 1], shape: [5, 1])
    #expect(triples(.semihard, far, [0, 0, 1, 1, 1]).first == Triple(0, 1, 2))
    // A negative that is as far as the positive is not beyond it.
    let level = Tensor([0, 0, 3, 0, 0, 3, 5, 0, 2, 0], shape: [5, 2])
    #expect(triples(.semihard, level, [0, 0, 1, 1, 1]).first == Triple(0, 1, 3))
  }

  /// Each negative is drawn as often as its weight says, within four standard deviations.
  @Test(arguments: [Mining.random, .distance])
  func chanceFollowsTheWeights(_ mining: Mining) {
    let weights =
      mining == .distance
      ? Mining.distanceWeights(of: Self.x, labels: Self.labels)
      : Self.labels.map { label in
        let count = Double(Self.labels.count { $0 != label })
        return Self.labels.map { $0 == label ? 0 : 1 / count }
      }
    var random = Random(seed: 9)
    let runs = 4000
    var counts = [Triple: Double]()
    for _ in 0..<runs {
      for triple in mining.triples(of: Self.x, labels: Self.labels, using: &random) {
        counts[triple, default: 0] += 1
      }
    }
    for a in 0..<7 {
      for p in 0..<7 where p != a && Self.labels[p] == Self.labels[a] {
        for n in 0..<7 {
          let expected = weights[a][n] * Double(runs)
          let deviation = (expected * (1 - weights[a][n])).squareRoot()
          let count = counts[Triple(a, p, n), default: 0]
          #expect(abs(count - expected) <= 4 * deviation, "\(count) of \(a) \(p) \(n)")
        }
      }
    }
    #expect(weights.joined().contains { $0 > 0.2 })
  }

  /// Points on opposite sides of the sphere, where RKD's code divides by zero.
  @Test func oppositePointsHaveWeights() {
    let x = Tensor([1, 0, 0, 0, -1, 0, 0, 0, 0.8, 0.6, 0, 0, 0, 0, 0, 0], shape: [4, 4])
    let weights = Mining.distanceWeights(of: x, labels: [0, 1, 1, 0])
    #expect(weights[0] == [0, 0, 1, 0])
    for row in weights { #expect(abs(row.reduce(0, +) - 1) < 1e-12) }
    // If nothing is within the cutoff, the weights are equal.
    let far = Tensor([1, 0, -1, 0, -1, 0], shape: [3, 2])
    #expect(Mining.distanceWeights(of: far, labels: [0, 1, 1])[0] == [0, 0.5, 0.5])
  }

  @Test func withoutPositiveOrNegativeThereIsNone() {
    for mining in Mining.allCases {
      #expect(triples(mining, Self.x, [0, 1, 2, 3, 4, 5, 6]).isEmpty)
      #expect(triples(mining, Self.x, [Int](repeating: 2, count: 7)).isEmpty)
      #expect(triples(mining, noise([1, 3], seed: 1), [0]).isEmpty)
    }
  }

  /// The moment alone decides what is drawn.
  @Test func theLossDrawsAnewEachStep() throws {
    let student = Outputs(["embedding": Self.x], labels: Self.labels)
    for mining in ["random", "distance"] {
      let loss = try Registry.linked.loss("triplet(mining: \(mining), margin: 2)")
      let values = try (0..<8).map {
        try loss.evaluate(student: student, teacher: [:], at: Moment(seed: 1, index: $0)).value
      }
      let again = try loss.evaluate(student: student, teacher: [:], at: Moment(seed: 1, index: 3))
      #expect(again.value == values[3])
      #expect(Set(values).count > 4)
    }
  }

  @Test func labelsAreNeeded() throws {
    let error = #expect(throws: DistillationError.self) {
      try Registry.linked.loss("triplet").evaluate(student: ["embedding": Self.x], teacher: [:])
    }
    #expect(
      error?.description
        == "'triplet' needs labels, and there are none: give them, Outputs([…], labels: …)")
  }

  /// Rows that hardly differ keep RKD's small number and the figures of their distances.
  @Test(arguments: [Mining.all, .hard])
  func nearRowsKeepTheirDistances(_ mining: Mining) throws {
    let x = Tensor(
      [3, -2, 5, 3, -2, 5, 3.0001, -2, 5, 3, -2.0002, 5, -40, 7, 1], shape: [5, 3])
    let labels = [0, 0, 1, 1, 0]
    let result = try Registry.linked.loss("triplet(mining: \(mining), margin: 0.001)")
      .evaluate(student: Outputs(["embedding": x], labels: labels), teacher: [:])
    let triples = triples(mining, x, labels)
    func loss(_ x: [Double]) -> Double {
      func d(_ i: Int, _ j: Int) -> Double {
        length((0..<3).map { x[3 * i + $0] - x[3 * j + $0] + 1e-6 })
      }
      return mean(
        triples.map { max(0, d($0.anchor, $0.positive) - d($0.anchor, $0.negative) + 0.001) })
    }
    let scalars = x.scalars.map { Double($0) }
    #expect(abs(result.value - loss(scalars)) < 1e-6 * loss(scalars))
    expectClose(
      try result.gradients["embedding"].scalars,
      scalars.indices.map { i in
        var (more, less) = (scalars, scalars)
        (more[i], less[i]) = (more[i] + 1e-9, less[i] - 1e-9)
        return (loss(more) - loss(less)) / 2e-9
      }, 1e-3, "gradient")
  }
}
