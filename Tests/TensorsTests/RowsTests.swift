import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct RowsTests {
  @Test(arguments: Kernels.available, [1, 2, 3, 5, 7, 10, 17, 63, 65])
  func lossesAndProbabilitiesAreThoseOfPlainLoops(_ table: Kernels.Table, _ classes: Int) {
    let (n, τ, ε) = (5, 3.0, 0.1)
    let z = noise([n, classes], in: -9...9, seed: 1)
    let t = noise([n, classes], in: -9...9, seed: 2)
    let dy = noise([n, classes], seed: 3)
    let labels = (0..<n).map { $0 * 7 % classes }
    let (zs, ts, dys) = (z.doubleRows, t.doubleRows, dy.doubleRows)
    let (p, q) = (ts.map { $0.softmax(τ) }, zs.map { $0.softmax(τ) })
    Kernels.$current.withValue(table) {
      let (softmax, dSoftmax) = pulledBack(z, dy) { $0.softmax(temperature: τ) }
      expectClose(softmax.scalars, q.flatMap { $0 }, 1e-6, "softmax")
      let dq = zip(q, dys).flatMap { q, dy in
        let along = zip(q, dy).map { $0 * $1 }.reduce(0, +)
        return zip(q, dy).map { $0 * ($1 - along) / τ }
      }
      expectClose(dSoftmax.scalars, dq, 2e-6, "softmax gradient", floor: 1e-7)

      let (logSoftmax, dLogSoftmax) = pulledBack(z, dy) { $0.logSoftmax(temperature: τ) }
      let logQ = q.flatMap { $0.map { log($0) } }
      expectClose(logSoftmax.scalars, logQ, 1e-6, "log-softmax", floor: 1)
      let dLog = zip(q, dys).flatMap { q, dy in
        let total = dy.reduce(0, +)
        return zip(q, dy).map { ($1 - $0 * total) / τ }
      }
      expectClose(dLogSoftmax.scalars, dLog, 1e-6, "log-softmax gradient", floor: 1)

      let crossEntropy = valueWithGradient(at: z) { $0.crossEntropy(labels: labels, smoothing: ε) }
      var loss = 0.0
      var gradient: [Double] = []
      for (z, label) in zip(zs, labels) {
        for (c, p) in z.softmax(1).enumerated() {
          let target = (c == label ? 1 - ε : 0) + ε / Double(classes)
          loss -= target * log(p) / Double(n)
          gradient.append((p - target) / Double(n))
        }
      }
      expectClose([crossEntropy.value.scalar], [loss], 1e-6, "cross-entropy", floor: 1)
      expectClose(crossEntropy.gradient.scalars, gradient, 1e-6, "its gradient", floor: 1)

      let kl = valueWithGradient(at: z) { $0.klDivergence(fromTeacher: t, temperature: τ) }
      expectClose([kl.value.scalar], [meanDivergence(p, q)], 1e-6, "KL", floor: 1e-6)
      let dKL = zip(q.joined(), p.joined()).map { ($0 - $1) / (τ * Double(n)) }
      expectClose(kl.gradient.scalars, dKL, 1e-6, "KL gradient", floor: 1e-7)
    }
  }

  /// If the divergence of nearly equal distributions is computed as it is written, it is a small
  /// difference of large numbers.
  @Test(arguments: Kernels.available)
  func divergenceOfNearlyEqualLogitsIsAccurate(_ table: Kernels.Table) {
    let t = noise([4, 21], in: -5...5, seed: 1)
    for size in [1e-1, 1e-3] {
      let z = t + noise([4, 21], in: -size...size, seed: 2)
      expectAccurateDivergence(of: z, from: t, table, "KL at a distance of \(size)")
    }
  }

  /// A number that all logits of one side have in common does not make the distributions differ.
  @Test(arguments: Kernels.available)
  func divergenceOfLogitsAroundDifferentMeansIsAccurate(_ table: Kernels.Table) {
    let t = noise([4, 21], in: -5...5, seed: 1)
    let z = t + noise([4, 21], in: -0.01...0.01, seed: 2) + 1000
    expectAccurateDivergence(of: z, from: t, table, "KL")
  }

  /// Compares the divergence of 4 rows of logits at temperature 2 with that in Double.
  private func expectAccurateDivergence(
    of z: Tensor, from t: Tensor, _ table: Kernels.Table, _ what: String
  ) {
    let (p, q) = (t.doubleRows.map { $0.softmax(2) }, z.doubleRows.map { $0.softmax(2) })
    let slopes = zip(q.joined(), p.joined()).map { ($0 - $1) / 8 }
    Kernels.$current.withValue(table) {
      let kl = valueWithGradient(at: z) { $0.klDivergence(fromTeacher: t, temperature: 2) }
      expectClose([kl.value.scalar], [meanDivergence(p, q)], 1e-5, what)
      expectClose(kl.gradient.scalars, slopes, 1e-4, "its gradient")
    }
  }

  @Test(arguments: Kernels.available)
  func divergenceFromItselfIsZero(_ table: Kernels.Table) {
    let z = noise([3, 13], in: -1000...1000, seed: 1)
    Kernels.$current.withValue(table) {
      let kl = valueWithGradient(at: z) { $0.klDivergence(fromTeacher: z, temperature: 0.5) }
      #expect(kl.value.scalar == 0)
      #expect(kl.gradient.scalars.allSatisfy { $0 == 0 })
    }
  }

  @Test(arguments: Kernels.available, [1000, 1e5, 3e38] as [Float])
  func saturatedLogitsHaveTheirLimits(_ table: Kernels.Table, _ large: Float) {
    // Nine classes leave a rest for every width of vector but 1.
    let z = Tensor(
      [large] + [Float](repeating: -large, count: 8)
        + [Float](repeating: 0, count: 8) + [large]
        + [large, large] + [Float](repeating: 0, count: 7), shape: [3, 9])
    let rest = [Float](repeating: 0, count: 7)
    Kernels.$current.withValue(table) {
      #expect(z.softmax().scalars == [1, 0] + rest + rest + [0, 1] + [0.5, 0.5] + rest)
      #expect(z.logSoftmax().firstNonFiniteIndex == (large > 1e38 ? 1 : nil))

      let right = valueWithGradient(at: z) { $0.crossEntropy(labels: [0, 8, 1]) }
      #expect(abs(right.value.scalar - Float(log(2.0)) / 3) < 1e-7)
      #expect(right.gradient.scalars[18] == Float(1) / 6)
      #expect(right.gradient.scalars[19] == -Float(1) / 6)
      let wrong = valueWithGradient(at: z.rows([1])) { $0.crossEntropy(labels: [2]) }
      #expect(wrong.value.scalar == large)
      #expect(wrong.gradient.scalars == [0, 0, -1, 0, 0, 0, 0, 0, 1])

      let student = z.rows([2, 0, 1])
      let kl = valueWithGradient(at: student) { $0.klDivergence(fromTeacher: z, temperature: 4) }
      #expect(kl.value.scalar.isFinite && kl.value.scalar > 0)
      #expect(kl.gradient.firstNonFiniteIndex == nil)
      let smooth = valueWithGradient(at: z) { $0.crossEntropy(labels: [1, 1, 1], smoothing: 0.1) }
      #expect(smooth.value.scalar.isFinite && smooth.gradient.firstNonFiniteIndex == nil)
    }
  }

  /// A confident student has a small loss with all its figures: log Σ exp is computed near 0, not
  /// as 1 plus a little.
  @Test(arguments: Kernels.available)
  func smallCrossEntropyKeepsItsFigures(_ table: Kernels.Table) {
    let z = Tensor([20, 0, 0], shape: [1, 3])
    let exact = log1p(2 * exp(-20.0))
    Kernels.$current.withValue(table) {
      let loss = valueWithGradient(at: z) { $0.crossEntropy(labels: [0]) }
      expectClose([loss.value.scalar], [exact], 1e-6, "loss")
      expectClose(
        loss.gradient.scalars, [-2 * exp(-20.0), exp(-20.0), exp(-20.0)], 1e-6, "gradient")
    }
  }

  @Test(arguments: Kernels.available)
  func notANumberIsNotHidden(_ table: Kernels.Table) {
    var scalars = [Float](repeating: 0.5, count: 20)
    scalars[13] = .nan
    let z = Tensor(scalars, shape: [2, 10])
    let t = Tensor(repeating: 0, shape: [2, 10])
    Kernels.$current.withValue(table) {
      #expect(z.softmax().scalars[10..<20].allSatisfy { $0.isNaN })
      #expect(z.softmax().scalars[0..<10].allSatisfy { abs($0 - 0.1) < 1e-6 })
      #expect(z.crossEntropy(labels: [0, 0]).scalar.isNaN)
      #expect(z.klDivergence(fromTeacher: t, temperature: 1).scalar.isNaN)
      #expect(t.klDivergence(fromTeacher: z, temperature: 1).scalar.isNaN)
    }
  }

  @Test(arguments: Kernels.available)
  func threadsChangeNoBit(_ table: Kernels.Table) {
    let (z, t) = (noise([700, 31], seed: 1), noise([700, 31], seed: 2))
    let labels = (0..<700).map { $0 % 31 }
    Kernels.$current.withValue(table) {
      func results(_ threads: Int) -> [[Float]] {
        Parallel.$threads.withValue(threads) {
          let losses = valueWithGradient(at: z) {
            $0.crossEntropy(labels: labels, smoothing: 0.1)
              + $0.klDivergence(fromTeacher: t, temperature: 2) + $0.logSoftmax().mean()
          }
          return [losses.value.scalars, losses.gradient.scalars, z.softmax().scalars]
        }
      }
      let one = results(1)
      #expect(results(2) == one)
      #expect(results(3) == one)
    }
  }

  @Test func noRowsAreNoLoss() {
    let none = Tensor([], shape: [0, 10])
    #expect(none.crossEntropy(labels: []).scalar == 0)
    #expect(none.klDivergence(fromTeacher: none, temperature: 4).scalar == 0)
    #expect(none.softmax().shape == [0, 10])
    #expect(Tensor([], shape: [3, 0]).logSoftmax().shape == [3, 0])
  }
}

/// The value f(x), and the gradient of Σ dy · f(x).
private func pulledBack(
  _ x: Tensor, _ dy: Tensor, _ f: (Tensor) -> Tensor
) -> (value: Tensor, gradient: Tensor) {
  (f(x), valueWithGradient(at: x) { (f($0) * dy).sum() }.gradient)
}

/// The mean over rows of Σ p log(p / q).
private func meanDivergence(_ p: [[Double]], _ q: [[Double]]) -> Double {
  let terms = zip(p.joined(), q.joined()).map { p, q in p * log(p / q) }
  return terms.reduce(0, +) / Double(p.count)
}

extension Tensor {
  var doubleRows: [[Double]] {
    let scalars = scalars.map { Double($0) }
    return (0..<shape[0]).map { Array(scalars[$0 * shape[1]..<($0 + 1) * shape[1]]) }
  }
}

@Suite struct EntropyTests {
  @Test func entropiesAreThoseOfTheSoftmax() {
    let z = noise([5, 7], in: -4...4, seed: 1)
    for (row, entropy) in z.entropies.enumerated() {
      let p = z.rows([row]).scalars.map { Double($0) }.softmax(1)
      #expect(abs(entropy + p.reduce(0) { $0 + $1 * log($1) }) < 1e-12)
    }
    let certain = Tensor([0, 1e4, -3e38, 3e38, 5, 5], shape: [3, 2])
    #expect(zip(certain.entropies, [0, 0, log(2)]).allSatisfy { abs($0 - $1) < 1e-12 })
    // No figure of Float32 is lost: equal rows tie, and unequal ones do not.
    let near = Tensor([1, 2, 1, Float(2).nextUp, 1, 2], shape: [3, 2])
    #expect(near.entropies[0] == near.entropies[2] && near.entropies[0] > near.entropies[1])
  }
}
