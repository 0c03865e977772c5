import Foundation
import TestSupport
import Testing

@testable import Tensors

/// The divergence of the rows' relations is that of its parts, in value and gradient.
@Suite struct RelationDivergenceTests {
  /// Compares with Double.
  private func expectReference(_ x: Tensor, _ y: Tensor, _ table: Kernels.Table, _ what: String) {
    let (n, d) = (x.shape[0], x.shape[1])
    let (xs, ys) = (x.doubleRows, y.doubleRows)
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map { $0 * $1 }.reduce(0, +) }
    func relations(_ rows: [[Double]]) -> [[Double]] {
      rows.map { a in rows.map { b in product(a, b) }.softmax(1) }
    }
    let (p, q) = (relations(ys), relations(xs))
    let sum = zip(p.joined(), q.joined()).map { p, q in p * log(p / q) }.reduce(0, +)
    var gradient = [Double](repeating: 0, count: n * d)
    for i in 0..<n {
      for j in 0..<n {
        let w = q[i][j] - p[i][j] + q[j][i] - p[j][i]
        for k in 0..<d { gradient[i * d + k] += w * xs[j][k] }
      }
    }
    Kernels.$current.withValue(table) {
      let found = valueWithGradient(at: x) { $0.relationDivergence(fromTeacher: y) }
      expectClose([found.value.scalar], [sum], 2e-6, what, floor: 1e-6)
      expectClose(found.gradient.scalars, gradient, 2e-6, "\(what), gradient", floor: 1e-5)
    }
  }

  /// The number of rows has every rest by blocks of rows and by vectors.
  @Test(arguments: Kernels.available)
  func isThatInDouble(_ table: Kernels.Table) {
    for n in Array(1...35) + [64, 97] {
      let (d, e) = (1 + n % 5, 1 + n % 3)
      let (x, y) = (noise([n, d], seed: UInt64(n)), noise([n, e], seed: UInt64(n + 100)))
      expectReference(x, y, table, "\(n) rows")
    }
  }

  /// A temperature divides the inner products.
  @Test(arguments: Kernels.available)
  func temperaturesDivide(_ table: Kernels.Table) {
    let (x, y) = (noise([21, 6], seed: 1), noise([21, 9], seed: 2))
    let (ofX, ofY) = (4.0, 9.0)
    Kernels.$current.withValue(table) {
      let plain = valueWithGradient(at: x) {
        (Tensor(0.5) * $0).relationDivergence(fromTeacher: Tensor(1.0 / 3) * y)
      }
      let found = valueWithGradient(at: x) {
        $0.relationDivergence(fromTeacher: y, temperatures: (ofX, ofY))
      }
      expectClose([found.value.scalar], [Double(plain.value.scalar)], 1e-6, "value")
      expectClose(
        found.gradient.scalars, plain.gradient.scalars.map { Double($0) }, 1e-5, "gradient",
        floor: 1e-6)
    }
  }

  /// Near the teacher no figures are lost.
  @Test(arguments: Kernels.available)
  func nearTheTeacherItIsAsExact(_ table: Kernels.Table) {
    let y = noise([37, 6], seed: 1)
    for size in [1e-1, 1e-3] {
      let x = y + noise([37, 6], in: -size...size, seed: 2)
      let apart = valueWithGradient(at: x) {
        $0.gram.klDivergence(fromTeacher: y.gram, temperature: 1, weight: 37)
      }
      Kernels.$current.withValue(table) {
        let found = valueWithGradient(at: x) { $0.relationDivergence(fromTeacher: y) }
        expectClose([found.value.scalar], [Double(apart.value.scalar)], 1e-4, "value at \(size)")
        expectClose(
          found.gradient.scalars, apart.gradient.scalars.map { Double($0) }, 1e-3,
          "gradient at \(size)")
      }
    }
  }

  @Test(arguments: Kernels.available)
  func fromItselfItIsZero(_ table: Kernels.Table) {
    let x = noise([21, 4], in: -2...2, seed: 1)
    Kernels.$current.withValue(table) {
      let found = valueWithGradient(at: x) { $0.relationDivergence(fromTeacher: x) }
      #expect(found.value.scalar == 0)
      #expect(found.gradient.scalars.allSatisfy { $0 == 0 })
    }
  }

  /// Rows of so unequal lengths have no common factor: the largest is e¹⁰⁰ times the others.
  @Test(arguments: Kernels.available)
  func rowsMayHaveVeryUnequalLengths(_ table: Kernels.Table) {
    let x = noise([19, 3], seed: 1)
    let long = Tensor.concatenated([x, Tensor([[10, 0, 0]])])
    expectReference(long, noise([20, 2], seed: 2), table, "a long row")
    expectReference(noise([20, 2], seed: 2), long, table, "a long row of the teacher")
    // Those of one network may all be long.
    expectReference(
      Tensor(6.0) * noise([20, 2], in: 1...1.2, seed: 3), x.rows(Array(0..<19) + [0]), table,
      "long rows")
  }

  @Test func whatIsNoNumberStaysNone() {
    var scalars = noise([6, 2], seed: 1).scalars
    scalars[3] = .nan
    let (x, y) = (Tensor(scalars, shape: [6, 2]), noise([6, 2], seed: 2))
    #expect(x.relationDivergence(fromTeacher: y).scalar.isNaN)
    #expect(y.relationDivergence(fromTeacher: x).scalar.isNaN)
  }
}
