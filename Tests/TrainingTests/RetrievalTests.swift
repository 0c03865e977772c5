import Foundation
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite struct RetrievalTests {
  struct Golden: Decodable {
    struct Case: Decodable {
      let `case`: String
      let kind: String
      let inputs: Inputs
      let params: Parameters
      let expected: Expected
    }
    struct Inputs: Decodable {
      let embeddings: Embeddings
      let labels: Labels
    }
    struct Embeddings: Decodable {
      let shape: [Int]
      let data: [Float]
    }
    struct Labels: Decodable { let data: [Int] }
    struct Parameters: Decodable { let ks: [Int]? }
    struct Expected: Decodable { let values: [Double]? }
    let cases: [Case]
  }

  /// Four points on a line, as the student and as the teacher see them. Nearest are
  ///
  ///     student  0: 1 2   1: 0 2   2: 1 0   3: 2 1
  ///     teacher  0: 1 3   1: 0 3   2: 3 1   3: 1 2
  @Test func sharedNeighboursByHand() {
    let student = Tensor([0, 1, 3, 9], shape: [4, 1])
    let teacher = Tensor([0, 0, 2, 0, 9, 0, 5, 0], shape: [4, 2])
    let shared = Retrieval.sharedNeighbours(student: student, teacher: teacher, at: [1, 2, 3])
    #expect(shared == [0.5, 0.625, 1])
    #expect(Retrieval.sharedNeighbours(student: student, teacher: student, at: [1]) == [1])
  }

  /// The reference, `metric_learning.json`, was computed in Double by another implementation.
  @Test func recallIsTheReferences() throws {
    let data = Data(try Fixtures.bytes("metric_learning.json"))
    let cases = try JSONDecoder().decode(Golden.self, from: data).cases
      .filter { $0.kind == "recall_at_k" }
    #expect(cases.count >= 3)
    for golden in cases {
      let embeddings = golden.inputs.embeddings
      let recall = Retrieval.recall(
        of: Tensor(embeddings.data, shape: embeddings.shape), labels: golden.inputs.labels.data,
        at: try #require(golden.params.ks))
      #expect(recall == golden.expected.values, "\(golden.case)")
    }
  }

  /// All indices except the query's own, sorted by distance in Double and then by index.
  static func reference(
    _ queries: Tensor, _ gallery: Tensor, _ count: Int, excludingSelf: Bool
  ) -> [[Int]] {
    let known = KMeansTests.rows(gallery)
    return KMeansTests.rows(queries).enumerated().map { query, row in
      let distances = known.indices.filter { !excludingSelf || $0 != query }.map { index in
        (zip(row, known[index]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }, index)
      }
      return distances.sorted { $0 < $1 }.prefix(count).map { $0.1 }
    }
  }

  @Test(arguments: [
    (0.0, 1.0), (1000, 0.01), (-3e6, 1), (0, 1e-30), (0, 3e37), (16_777_216, 4),
  ])
  func neighboursAreDoubles(mean: Double, spread: Double) {
    let rows = noise([80, 7], in: mean - spread...mean + spread, seed: 3)
    let queries = noise([40, 7], in: mean - spread...mean + spread, seed: 4)
    for count in [1, 5, 500] {
      #expect(
        NearestNeighbours.amongOthers(of: rows, count: count)
          == Self.reference(rows, rows, count, excludingSelf: true))
      #expect(
        NearestNeighbours.of(queries, in: rows, count: count)
          == Self.reference(queries, rows, count, excludingSelf: false))
    }
  }

  /// On a grid most distances are tied, and the order is that of the indices.
  @Test func tiesGoToTheLowerIndex() {
    let places = (0..<100).flatMap { (place: Int) -> [Int] in [place % 10, place / 10] }
    let grid = Tensor(places.map { Float($0) / 8 }, shape: [100, 2])
    #expect(
      NearestNeighbours.amongOthers(of: grid, count: 9)
        == Self.reference(grid, grid, 9, excludingSelf: true))
    let equal = Tensor(repeating: 3, shape: [6, 4])
    #expect(
      NearestNeighbours.amongOthers(of: equal, count: 3)
        == [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2], [0, 1, 2], [0, 1, 2]])
  }

  /// Rows near each other and far from the rest have distances that differ only in the last places
  /// of Float32.
  @Test func nearDuplicatesAreToldApart() {
    var scalars = noise([60, 5], seed: 2).scalars
    for i in 0..<30 * 5 { scalars[i] = 1 + scalars[i] * 1e-6 }
    let rows = Tensor(scalars, shape: [60, 5])
    #expect(
      NearestNeighbours.amongOthers(of: rows, count: 4)
        == Self.reference(rows, rows, 4, excludingSelf: true))
  }

  /// There are more rows than a tile of products holds; they are searched on one thread and on two.
  @Test func tilesAreSeamless() {
    let gallery = noise([70_000, 2], seed: 6)
    let queries = gallery.rows((0..<65).map { $0 * 1000 })
    let one = Parallel.$threads.withValue(1) {
      NearestNeighbours.of(queries, in: gallery, count: 1)
    }
    let two = Parallel.$threads.withValue(2) {
      NearestNeighbours.of(queries, in: gallery, count: 1)
    }
    #expect(one == two)
    #expect(one.map { $0[0] } == (0..<65).map { $0 * 1000 })
  }

  @Test func recallCountsAnyOfK() {
    // All rows are on a line. The nearest to the first is of another class, the second nearest of
    // its own.
    let line = Tensor([0, 1, 3, 3.5, 100], shape: [5, 1])
    let recall = Retrieval.recall(of: line, labels: [7, 8, 7, 9, 8], at: [1, 2, 3, 4])
    #expect(recall == [0, 0.2, 0.6, 0.8])
    // A row that is alone in its class is a miss, however many neighbours are looked at, and so is
    // a row that is alone altogether.
    #expect(Retrieval.recall(of: line, labels: [0, 1, 2, 3, 4], at: [9]) == [0])
    #expect(Retrieval.recall(of: Tensor([1], shape: [1, 1]), labels: [0], at: [1]) == [0])
    #expect(Retrieval.recall(of: Tensor([], shape: [0, 1]), labels: [], at: [1]) == [0])
  }

  @Test func neighboursVote() {
    let gallery = Tensor([0, 1, 2, 10, 11], shape: [5, 1])
    func accuracy(_ query: Float, _ label: Int, _ ks: [Int]) -> [Double] {
      Retrieval.accuracy(
        of: Tensor([query], shape: [1, 1]), labels: [label], byNeighboursIn: gallery,
        labels: [5, 6, 6, 7, 7], at: ks)
    }
    // The nearest row has label 5. Of the two nearest, 5 and 6 have one each, and the nearer wins.
    // Of the three nearest, 6 has two.
    #expect(accuracy(0.1, 5, [1, 2, 3]) == [1, 1, 0])
    #expect(accuracy(0.1, 6, [1, 2, 3]) == [0, 0, 1])
    // Among all five, 6 and 7 have two rows each, and 7 is nearer.
    #expect(accuracy(10, 7, [1, 5, 50]) == [1, 1, 1])
    #expect(accuracy(0.9, 6, [5]) == [1])
  }
}
