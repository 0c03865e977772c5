import CKernels
import Foundation
import TestSupport
import Testing

@testable import Tensors

/// Distances and angles as losses compute them: from inner products or from centred rows, whichever
/// is exact. Values and gradients are compared with differences in Double.
@Suite struct InnerProductsTests {
  @Test(arguments: HardRows.allCases)
  func distances(rows: HardRows) {
    let (n, d) = (33, 48)
    let x = rows.scalars(n, d, seed: 21)
    let expected = RelationReference.squaredDistances(x, n: n, d: d)
    var derivatives = noise([n, n], seed: 22).scalars
    for i in derivatives.indices where expected[i] > 0 {
      derivatives[i] /= Float(expected[i].squareRoot())
    }
    let dy = Tensor(derivatives, shape: [n, n])
    let rows = Tensor(x, shape: [n, d]).variable
    let squared = InnerProducts(of: rows).squaredDistances
    for (value, e) in zip(squared.scalars, expected) {
      #expect(abs(Double(value) - e) <= 1e-5 * e)
      #expect((value == 0) == (e == 0))
    }
    #expect(squared.transposed.scalars == squared.scalars)
    expectClose(
      gradients(of: [(squared, dy)], withRespectTo: [rows])[0].scalars,
      RelationReference.distanceGradient(x, derivatives, n: n, d: d), 1e-5, "gradient")
  }

  @Test(arguments: HardRows.allCases)
  func angles(rows: HardRows) {
    let (n, d) = (29, 48)
    let (hard, plain) = (rows.scalars(n, d, seed: 23), noise([n, 31], seed: 24).scalars)
    expectReference(hard, plain, n: n)
    expectReference(plain, hard, n: n)
  }

  /// Distances take the memory of the products if nothing else holds it. Products that are needed
  /// later are made from the distances.
  @Test(arguments: HardRows.allCases)
  func orderDoesNotMatter(rows: HardRows) {
    let (n, d) = (21, 40)
    let x = Tensor(rows.scalars(n, d, seed: 27), shape: [n, d])
    let (first, second) = (InnerProducts(of: x), InnerProducts(of: x))
    let (gram, cosines) = (first.gram.scalars, first.cosines.scalars)
    let squared = second.squaredDistances.scalars
    #expect(first.squaredDistances.scalars == squared)
    #expect(first.gram.scalars == gram)
    let norms = (0..<n).map { Double(gram[$0 * n + $0]).squareRoot() }
    for (at, value) in second.gram.scalars.enumerated() {
      let scale = norms[at / n] * norms[at % n]
      #expect(abs(Double(value) - Double(gram[at])) <= 2e-6 * scale)
    }
    expectClose(second.cosines.scalars, cosines.map { Double($0) }, 2e-6, "cosines")
    #expect(second.squaredDistances.scalars == squared)
  }

  /// If an ε changes no cosine, no other cosines are computed for it; if it changes some, it is
  /// applied.
  @Test func aNegligibleDampingIsNone() {
    let x = noise([9, 20], seed: 28)
    let products = InnerProducts(of: x)
    let plain = products.cosines
    #expect(products.cosines(damping: 1e-8).pointer == plain.pointer)
    for scale in [1, 1e-3] as [Float] {
      for ε in [1e-8, 1e-7, 1e-4] {
        let rows = Tensor(x.scalars.map { $0 * scale }, shape: [9, 20])
        let lengths = (0..<9).map { i in
          (0..<20).reduce(0) { $0 + pow(Double(rows.scalars[20 * i + $1]), 2) }.squareRoot()
        }
        let damped = InnerProducts(of: rows).cosines(damping: ε).scalars
        let all = InnerProducts(of: rows).cosines.scalars
        for (at, value) in damped.enumerated() {
          let (a, b) = (lengths[at / 9], lengths[at % 9])
          let expected = Double(all[at]) * a * b / ((a + ε) * (b + ε))
          #expect(abs(Double(value) - expected) <= 0x1p-22 * abs(expected))
        }
      }
    }
  }

  /// The work is split into several parts, for each method: products, short edges and centred rows.
  @Test(arguments: [HardRows.plain, .nearDuplicates, .far])
  func threadsChangeNoBit(rows: HardRows) {
    let (n, d) = (150, 40)
    let (x, t) = (Tensor(rows.scalars(n, d, seed: 29), shape: [n, d]), noise([n, 30], seed: 30))
    let dy = noise([n, n], seed: 31)
    func results(_ threads: Int) -> [[Float]] {
      Parallel.$threads.withValue(threads) {
        let rows = x.variable
        let products = InnerProducts(of: rows)
        let (squared, gram, cosines) = (products.squaredDistances, products.gram, products.cosines)
        let angles = Tensor.anglePenalty(
          student: products, teacher: InnerProducts(of: t), .huber(delta: 0.5))
        let results = [squared, gram, cosines, angles.distinct]
        return results.map { $0.scalars }
          + results.map { result in
            let seed = result.count == 1 ? 1 : dy
            return gradients(of: [(result, seed)], withRespectTo: [rows])[0].scalars
          }
      }
    }
    #expect(results(2) == results(1))
  }

  /// Rows that are not near each other take their angles from the products that other relations
  /// use.
  /// Vectors of one number have cosines 1, −1 and 0, and none of them changes.
  @Test func oneNumberHasASignAlone() throws {
    let x = Tensor([1.7584732, -0.45525584, 0, -1.3841071], shape: [4, 1])
    let (value, slope) = valueWithGradient(at: x) { x in
      (InnerProducts(of: x).cosines * noise([4, 4], seed: 1)).sum()
    }
    #expect(
      InnerProducts(of: x).cosines.scalars == [
        1, -1, 0, -1, -1, 1, 0, 1, 0, 0, 0, 0, -1, 1, 0, 1,
      ])
    #expect(value.scalar != 0 && slope.scalars == [0, 0, 0, 0])
  }

  @Test func plainRowsNeedNoProductsOfTheirOwn() {
    func isLong(_ rows: HardRows) -> Bool {
      let x = Tensor(rows.scalars(29, 48, seed: 25), shape: [29, 48])
      return InnerProducts(of: x).longDistances != nil
    }
    #expect(HardRows.allCases.filter { isLong($0) } == [.plain, .tiny, .huge])
  }

  private func expectReference(_ student: [Float], _ teacher: [Float], n: Int) {
    let d = student.count / n
    let rows = Tensor(student, shape: [n, d]).variable
    let other = Tensor(teacher, shape: [n, teacher.count / n])
    let expected = RelationReference.angles(
      student, teacher, n: n, d: d, PENALTY_HUBER, delta: 0.5)
    let actual = Tensor.anglePenalty(
      student: InnerProducts(of: rows), teacher: InnerProducts(of: other), .huber(delta: 0.5))
    #expect(abs(Double(actual.distinct.scalar) - expected.distinct) <= 1e-5 * expected.distinct)
    #expect(abs(actual.others - expected.equal) <= 1e-6 * expected.equal + 1e-9)
    expectClose(
      gradients(of: [(actual.distinct, 1)], withRespectTo: [rows])[0].scalars,
      expected.gradient, 1e-5, "gradient")
  }

  @Test func equalNetworksDoNotDiffer() {
    for rows in HardRows.allCases {
      let x = rows.scalars(19, 24, seed: 26)
      let (student, teacher) = (Tensor(x, shape: [19, 24]).variable, x.map { 4 * $0 })
      let result = Tensor.anglePenalty(
        student: InnerProducts(of: student),
        teacher: InnerProducts(of: Tensor(teacher, shape: [19, 24])), .square)
      #expect(result.distinct.scalar == 0 && result.others == 0)
      #expect(
        gradients(of: [(result.distinct, 1)], withRespectTo: [student])[0].scalars
          .allSatisfy { $0 == 0 })
    }
  }
}
