import Tensors
import TestSupport
import Testing

@testable import Training

@Suite struct KMeansTests {
  /// The nearest centres in loops of Double. If they agree with a result, the result is a fixed
  /// point of Lloyd's algorithm.
  static func nearest(_ rows: [[Double]], _ centers: [[Double]]) -> [Int] {
    rows.map { row in
      var best = (0, Double.infinity)
      for (index, center) in centers.enumerated() {
        let square = zip(row, center).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        if square < best.1 { best = (index, square) }
      }
      return best.0
    }
  }

  static func rows(_ matrix: Tensor) -> [[Double]] {
    let d = matrix.shape[1]
    let scalars = matrix.scalars.map { Double($0) }
    return (0..<matrix.shape[0]).map { Array(scalars[$0 * d..<($0 + 1) * d]) }
  }

  static func means(_ rows: [[Double]], _ assignments: [Int], _ count: Int) -> [[Double]] {
    (0..<count).map { cluster in
      let members = zip(rows, assignments).filter { $0.1 == cluster }.map { $0.0 }
      return rows[0].indices.map { k in
        members.reduce(0) { $0 + $1[k] } / Double(max(members.count, 1))
      }
    }
  }

  @Test(arguments: [(90, 3, 4), (200, 8, 7), (64, 20, 64), (50, 2, 1)])
  func isAFixedPointOfLloyd(n: Int, d: Int, k: Int) {
    let matrix = noise([n, d], seed: UInt64(n + k))
    let result = KMeans(of: matrix, clusters: k, seed: 3)
    let rows = Self.rows(matrix)
    #expect(Set(result.assignments) == Set(0..<k))
    #expect(Self.nearest(rows, result.centers) == result.assignments)
    let means = Self.means(rows, result.assignments, k)
    for (center, mean) in zip(result.centers, means) {
      #expect(zip(center, mean).allSatisfy { abs($0 - $1) < 1e-12 })
    }
    let inertia = zip(rows, result.assignments).reduce(0) { sum, row in
      sum + zip(row.0, means[row.1]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    #expect(abs(result.inertia - inertia) < 1e-9 * (1 + inertia))
  }

  /// Every step of the algorithm equals the reference's from the same start. Each run has one
  /// iteration more than the last.
  @Test func everyIterationIsTheReferences() {
    let matrix = noise([120, 5], seed: 8)
    let rows = Self.rows(matrix)
    var result = KMeans(of: matrix, clusters: 6, seed: 2, iterations: 1)
    var steps = 0
    for iterations in 2...40 {
      let next = KMeans(of: matrix, clusters: 6, seed: 2, iterations: iterations)
      let expected = Self.nearest(rows, result.centers)
      #expect(next.assignments == expected, "iteration \(iterations)")
      #expect(next.inertia <= result.inertia)
      if next.assignments == result.assignments { break }
      (result, steps) = (next, steps + 1)
    }
    #expect(steps > 2)
  }

  /// The cases are a mean that is large beside the spread, differences that Float32 products lose,
  /// and tiny and huge numbers.
  @Test(arguments: [(0.0, 1.0), (1000, 0.01), (0, 1e-25), (0, 1e25), (-3e6, 1)])
  func cancellationMisleadsNothing(mean: Double, spread: Double) {
    let matrix = noise([150, 6], in: mean - spread...mean + spread, seed: 4)
    let result = KMeans(of: matrix, clusters: 5, seed: 1)
    #expect(Self.nearest(Self.rows(matrix), result.centers) == result.assignments)
    #expect(result.centers.count == 5)
  }

  @Test func findsWhatIsThere() {
    // There are three groups of unequal size, far apart.
    let places = (0..<60).map { $0 < 40 ? 0 : $0 < 55 ? 1 : 2 }
    let spread = noise([60, 2], in: -0.1...0.1, seed: 6).scalars
    let matrix = Tensor(
      (0..<120).map { spread[$0] + Float(places[$0 / 2] * 10) }, shape: [60, 2])
    for seed in 1...5 {
      let result = KMeans(of: matrix, clusters: 3, seed: UInt64(seed))
      let names = Dictionary(zip(places, result.assignments)) { first, _ in first }
      #expect(Set(names.values).count == 3)
      #expect(result.assignments == places.map { names[$0] })
    }
  }

  /// There are as many clusters as there are different rows, however many are asked for.
  @Test(arguments: [1, 2, 3, 5, 12, 100]) func duplicatesAndFewRows(_ k: Int) {
    let matrix = Tensor((0..<12).flatMap { [Float($0 % 3), 1] }, shape: [12, 2])
    let result = KMeans(of: matrix, clusters: k, seed: 1)
    #expect(result.centers.count == min(k, 3))
    #expect(Set(result.assignments).count == min(k, 3))
    if k >= 3 {
      #expect(result.inertia == 0)
      #expect(result.assignments.prefix(3) == result.assignments.suffix(3))
    }
    let one = KMeans(of: Tensor([4, 5], shape: [1, 2]), clusters: k, seed: 1)
    #expect(one.centers == [[4, 5]] && one.assignments == [0])
    let none = KMeans(of: Tensor([], shape: [0, 2]), clusters: k, seed: 1)
    #expect(none.centers.isEmpty && none.assignments.isEmpty)
  }

  /// Among the rows that are not alone in their cluster, row 2 is the farthest from its centre. Row
  /// 4 is farther, but alone.
  @Test func emptyClustersAreFilled() {
    let points = KMeansPoints(Tensor([0, 1, 3, 60, 70, 60], shape: [6, 1]))
    let centers: [[Double]] = [[0], [200], [61], [90], [300]]
    var assignments = points.nearest(of: centers)
    #expect(assignments == [0, 0, 0, 2, 2, 2])
    assignments[4] = 3
    points.fillEmptyClusters(&assignments, centers: centers)
    #expect(assignments == [0, 4, 1, 2, 3, 2])
    let moved = points.means(of: [0, 0, 2, 2, 2, 2], keeping: centers)
    #expect(moved == [[0.5], [200], [48.25], [90], [300]])
    // Rows that coincide with their centre fill no other cluster.
    let equal = KMeansPoints(Tensor([5, 5, 5], shape: [3, 1]))
    assignments = [0, 0, 0]
    equal.fillEmptyClusters(&assignments, centers: [[5], [6]])
    #expect(assignments == [0, 0, 0])
  }

  @Test func noClusterIsEmpty() {
    let matrix = Tensor([0, 0.9, 1.1, 2, 2.1, 10, 10.1, 30, 31, 32], shape: [10, 1])
    for seed in 0..<200 {
      for k in 2...9 {
        let result = KMeans(of: matrix, clusters: k, seed: UInt64(seed))
        #expect(result.centers.count == k)
        #expect(Self.nearest(Self.rows(matrix), result.centers) == result.assignments)
      }
    }
  }

  @Test func threadsChangeNothing() {
    let matrix = noise([3000, 16], seed: 9)
    let one = Parallel.$threads.withValue(1) {
      KMeans(of: matrix, clusters: 12, seed: 5, iterations: 4)
    }
    let two = Parallel.$threads.withValue(2) {
      KMeans(of: matrix, clusters: 12, seed: 5, iterations: 4)
    }
    #expect(one.assignments == two.assignments)
    #expect(one.centers == two.centers)
    #expect(one.inertia == two.inertia)
    #expect(KMeans(of: matrix, clusters: 12, seed: 6, iterations: 4).centers != one.centers)
  }
}
