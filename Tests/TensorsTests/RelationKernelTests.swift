import CKernels
import TestSupport
import Testing

@testable import Tensors

/// Rows for which squared distances are hard to compute.
enum HardRows: CaseIterable {
  case plain, far, nearDuplicates, zeroBesideNearDuplicates, clusters, equal, tiny, huge

  func scalars(_ n: Int, _ d: Int, seed: UInt64) -> [Float] {
    var x = noise([n, d], seed: seed).scalars
    switch self {
    case .plain: break
    case .far: for i in x.indices { x[i] += 1000 }
    case .nearDuplicates:
      for k in 0..<d { x[2 * d + k] = x[k] * (1 + 1e-6) }
      for k in 0..<d { x[(n - 1) * d + k] = x[d + k] + 1e-4 * Float(k) }
    case .zeroBesideNearDuplicates:
      for k in 0..<d { (x[k], x[2 * d + k]) = (0, x[d + k] * (1 + 1e-6)) }
    case .clusters: for i in 2 * d..<n * d { x[i] = x[i % (2 * d)] + 1e-3 * x[i] }
    case .equal:
      for k in 0..<d {
        x[2 * d + k] = x[k]
        x[(n - 1) * d + k] = x[k]
      }
    case .tiny: for i in x.indices { x[i] *= 1e-7 }
    case .huge: for i in x.indices { x[i] *= 1e6 }
    }
    return x
  }
}

@Suite struct DistanceKernelTests {
  @Test(arguments: Kernels.available, HardRows.allCases)
  func squaredDistances(table: Kernels.Table, rows: HardRows) {
    let (n, d) = (21, 19)
    let x = rows.scalars(n, d, seed: 1)
    let batch = RelationBatch(table, x, n: n, d: d)
    let expected = RelationReference.squaredDistances(x, n: n, d: d)
    for (at, e) in expected.enumerated() {
      let (i, j) = (at / n, at % n)
      let value = batch.squared[at]
      #expect(abs(Double(value) - e) <= 1e-6 * e, "row \(i), column \(j)")
      #expect(abs(Double(value) + Double(batch.residual[at]) - e) <= 1e-8 * e)
      #expect(value == batch.squared[j * n + i])
      #expect((value == 0) == (e == 0))
    }
  }

  @Test(arguments: Kernels.available)
  func rangesDoNotChangeABit(table: Kernels.Table) {
    let x = HardRows.nearDuplicates.scalars(37, 5, seed: 2)
    let whole = RelationBatch(table, x, n: 37, d: 5)
    for length in [1, 5, 6, 16] {
      let parts = RelationBatch(table, x, n: 37, d: 5, length: length)
      #expect(parts.squared == whole.squared)
      #expect(parts.residual == whole.residual)
    }
  }

  @Test(arguments: Kernels.available, HardRows.allCases)
  func gradient(table: Kernels.Table, rows: HardRows) {
    let (n, d) = (21, 19)
    let x = rows.scalars(n, d, seed: 3)
    let batch = RelationBatch(table, x, n: n, d: d)
    // Large for small distances, as the derivative of the distances is.
    let dy = zip(noise([n, n], seed: 4).scalars, batch.squared).map {
      $1 > 0 ? $0 / $1.squareRoot() : 0
    }
    let expected = RelationReference.distanceGradient(x, dy, n: n, d: d)
    expectClose(batch.gradient(dy), expected, 2e-6, "gradient")
    expectClose(
      batch.gradient(dy, factor: 2), expected.map { 2 * $0 }, 2e-6, "gradient times a factor")
  }
}

@Suite struct AngleKernelTests {
  static let penalties = [PENALTY_HUBER, PENALTY_SQUARE, PENALTY_ABSOLUTE]

  private func expectReference(
    _ table: Kernels.Table, _ student: [Float], _ teacher: [Float], n: Int, d: Int,
    _ penalty: PenaltyKind = PENALTY_HUBER, delta: Float = 1, scale: Double = 1,
    tolerance: Double = 1e-5
  ) {
    let actual = RelationBatch.angles(
      RelationBatch(table, student, n: n, d: d, scale: scale),
      RelationBatch(table, teacher, n: n, d: teacher.count / n), penalty, delta: delta)
    let expected = RelationReference.angles(
      student, teacher, n: n, d: d, penalty, delta: Double(delta))
    #expect(abs(actual.distinct - expected.distinct) <= tolerance * expected.distinct)
    #expect(abs(actual.equal - expected.equal) <= 1e-6 * expected.equal + 1e-9)
    expectClose(actual.gradient, expected.gradient, tolerance, "gradient")
  }

  @Test(arguments: Kernels.available, penalties)
  func penalty(table: Kernels.Table, penalty: PenaltyKind) {
    for n in [2, 3, 8, 17, 35] {
      let (s, t) = (noise([n, 7], seed: 5).scalars, noise([n, 3], seed: 6).scalars)
      expectReference(table, s, t, n: n, d: 7, penalty, delta: 0.3)
    }
  }

  @Test(arguments: Kernels.available, HardRows.allCases)
  func hardRows(table: Kernels.Table, rows: HardRows) {
    let n = 20
    let (hard, plain) = (rows.scalars(n, 6, seed: 7), noise([n, 9], seed: 8).scalars)
    expectReference(table, hard, plain, n: n, d: 6)
    expectReference(table, plain, hard, n: n, d: 9)
    // The scale of the distances is a convenience that the gradient undoes.
    expectReference(table, hard, plain, n: n, d: 6, scale: 0x1p-8)
  }

  @Test(arguments: Kernels.available)
  func severalTiles(table: Kernels.Table) {
    let n = 134
    var s = noise([n, 2], seed: 9).scalars
    let t = noise([n, 2], seed: 10).scalars
    for k in 0..<2 { s[50 * 2 + k] = s[100 * 2 + k] + 1e-5 }
    expectReference(table, s, t, n: n, d: 2)
  }

  @Test(arguments: Kernels.available, penalties)
  func equalNetworksDoNotDiffer(table: Kernels.Table, penalty: PenaltyKind) {
    let x = HardRows.nearDuplicates.scalars(21, 5, seed: 11)
    let batch = RelationBatch(table, x, n: 21, d: 5)
    let larger = RelationBatch(table, x.map { 4 * $0 }, n: 21, d: 5)
    for other in [batch, larger] {
      let result = RelationBatch.angles(batch, other, penalty, delta: 1)
      #expect(result.distinct == 0 && result.equal == 0)
      #expect(result.gradient.allSatisfy { $0 == 0 })
    }
  }

  @Test(arguments: Kernels.available)
  func edgesWithoutDirection(table: Kernels.Table) {
    let plain = noise([4, 3], seed: 12).scalars
    let zero = [Float](repeating: 2, count: 12)
    let student = RelationBatch(table, zero, n: 4, d: 3)
    let teacher = RelationBatch(table, plain, n: 4, d: 3)
    let result = RelationBatch.angles(student, teacher, PENALTY_HUBER, delta: 1)
    #expect(result.equal == 6)  // twelve cosines of 1 that the student does not have
    #expect(result.gradient.allSatisfy { $0 == 0 })
  }

  @Test(arguments: Kernels.available)
  func vertexRangesAddUp(table: Kernels.Table) {
    let s = RelationBatch(table, noise([45, 4], seed: 13).scalars, n: 45, d: 4)
    let t = RelationBatch(table, noise([45, 4], seed: 14).scalars, n: 45, d: 4)
    let whole = RelationBatch.angles(s, t, PENALTY_HUBER, delta: 1, parts: 1)
    let parts = RelationBatch.angles(s, t, PENALTY_HUBER, delta: 1, parts: 4)
    #expect(abs(whole.distinct - parts.distinct) < 1e-6 * whole.distinct)
    expectClose(parts.gradient, whole.gradient.map(Double.init), 1e-5, "gradient")
  }
}

@Suite struct PenaltyKernelTests {
  @Test(arguments: Kernels.available, AngleKernelTests.penalties)
  func penalties(table: Kernels.Table, penalty: PenaltyKind) {
    for count in [1, 15, 1100] {
      let (s, t) = (noise([count], seed: 15).scalars, noise([count], seed: 16).scalars)
      var derivatives = [Float](repeating: .nan, count: count)
      let sum = table.pointer.pointee.relations.penalties(
        count, s, t, penalty, 0.5, 3, &derivatives)
      #expect(table.pointer.pointee.relations.penalties(count, s, t, penalty, 0.5, 3, nil) == sum)
      let expected = zip(s, t).map {
        RelationReference.penalize(Double($0) - Double($1), penalty, 0.5)
      }
      #expect(abs(sum - expected.reduce(0) { $0 + $1.0 }) <= 1e-6 * sum)
      expectClose(derivatives, expected.map { 3 * $0.1 }, 1e-6, "derivatives")
    }
  }
}

@Suite struct RowNormalizationKernelTests {
  @Test(arguments: Kernels.available)
  func unitRows(table: Kernels.Table) {
    let (n, d) = (5, 21)
    let kernels = table.pointer.pointee.relations
    var x = noise([n, d], seed: 17).scalars
    for k in 0..<d { (x[d + k], x[2 * d + k], x[3 * d + k]) = (0, 1e-15, 1e30) }
    let dy = noise([n, d], seed: 18).scalars
    var (y, dx) = (x, x)
    var inverses = [Double](repeating: .nan, count: n)
    kernels.normalizeRows(d, x, 0, n, &y, &inverses)
    kernels.normalizeRowsGradient(d, y, dy, inverses, 0, n, &dx)
    for i in 0..<n {
      let row = (i * d..<(i + 1) * d).map { Double(x[$0]) }
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let unit = row.map { $0 / max(norm, 1e-12) }
      let product = zip(unit, dy[i * d..<(i + 1) * d]).reduce(0) { $0 + $1.0 * Double($1.1) }
      let expected = (0..<d).map {
        norm > 1e-12 ? (Double(dy[i * d + $0]) - product * unit[$0]) / norm : 0
      }
      expectClose(Array(y[i * d..<(i + 1) * d]), unit, 1e-6, "row \(i)")
      expectClose(Array(dx[i * d..<(i + 1) * d]), expected, 1e-6, "gradient of row \(i)")
    }
  }
}
