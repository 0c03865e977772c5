import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct PearsonTests {
  /// The vectors are far from zero and nearly equal: sums of squares would lose every figure.
  @Test(arguments: Kernels.available, [0, 1])
  func largeMeansAndSmallDifferencesKeepTheirFigures(_ table: Kernels.Table, _ axis: Int) {
    let (n, classes, ε) = (19, 21, 1e-8)
    let v = noise([n, classes], in: 999...1001, seed: 1)
    for size in [1, 1e-2] {
      let u = v + noise([n, classes], in: -size...size, seed: 2)
      let pairs = zip(u.vectors(axis), v.vectors(axis))
      let distances = pairs.map { pearsonDistance($0, $1, epsilon: ε) }
      let slopes = pairs.map { u, v in
        let (a, b) = (u.centered, v.centered)
        let product = a.length * b.length + ε
        let s = zip(a, b).map { $0 * $1 }.reduce(0, +)
        return zip(a, b).map { s * b.length / a.length / product / product * $0 - $1 / product }
      }
      Kernels.$current.withValue(table) {
        let y = u.pearsonDistances(toTeacher: v, axis: axis, epsilon: ε)
        expectClose(y.scalars, distances, 1e-6, "distances at \(size)")
        let dy = valueWithGradient(at: u) {
          $0.pearsonDistances(toTeacher: v, axis: axis, epsilon: ε).sum()
        }.gradient
        expectClose(
          dy.vectors(axis).joined().map { Float($0) }, slopes.flatMap { $0 }, 1e-6,
          "gradient at \(size)")
      }
    }
  }

  /// Rounding must not turn constant vectors into a direction.
  @Test(arguments: Kernels.available, [0, 1])
  func whatIsConstantHasDistanceOne(_ table: Kernels.Table, _ axis: Int) {
    let v = noise([13, 13], seed: 1)
    for level in [0.1, 1 / 3, 1e30] as [Float] {
      let constant = Tensor(repeating: level, shape: [13, 13])
      Kernels.$current.withValue(table) {
        let loss = valueWithGradient(at: constant) {
          $0.pearsonDistances(toTeacher: v, axis: axis, epsilon: 0.5).sum()
        }
        #expect(loss.value.scalar == 13)
        let slopes = v.vectors(axis).flatMap { $0.centered.map { -2 * $0 } }
        expectClose(
          loss.gradient.vectors(axis).joined().map { Float($0) }, slopes, 1e-6, "gradient")
        let other = valueWithGradient(at: v) {
          $0.pearsonDistances(toTeacher: constant, axis: axis, epsilon: 0.5).sum()
        }
        #expect(other.value.scalar == 13)
        #expect(other.gradient.scalars.allSatisfy { $0 == 0 })
      }
    }
  }

  /// There are rows of one block and of many, and every loop has a rest.
  @Test(arguments: Kernels.available, [0, 1])
  func threadsChangeNoBitAndBlocksAgree(_ table: Kernels.Table, _ axis: Int) {
    let (u, v) = (noise([1300, 31], seed: 1), noise([1300, 31], seed: 2))
    Kernels.$current.withValue(table) {
      func results(_ threads: Int) -> [[Float]] {
        Parallel.$threads.withValue(threads) {
          let loss = valueWithGradient(at: u) {
            $0.pearsonDistances(toTeacher: v, axis: axis, epsilon: 1e-8).mean()
          }
          return [loss.value.scalars, loss.gradient.scalars]
        }
      }
      let one = results(1)
      #expect(results(2) == one)
      #expect(results(3) == one)
      let expected = zip(u.vectors(axis), v.vectors(axis)).map {
        pearsonDistance($0, $1, epsilon: 1e-8)
      }
      expectClose(one[0], [expected.reduce(0, +) / Double(expected.count)], 1e-6, "mean")
    }
  }

  @Test func nothingToCompareIsDistanceOne() {
    let none = Tensor([], shape: [0, 4])
    #expect(none.pearsonDistances(toTeacher: none, axis: 0, epsilon: 1).scalars == [1, 1, 1, 1])
    #expect(none.pearsonDistances(toTeacher: none, axis: 1, epsilon: 1).shape == [0, 1])
  }
}

extension Tensor {
  /// The vectors along an axis of a matrix.
  fileprivate func vectors(_ axis: Int) -> [[Double]] {
    let (x, columns) = ((axis == 1 ? self : transposed).scalars, axis == 1 ? shape[1] : shape[0])
    return stride(from: 0, to: count, by: columns).map { start in
      x[start..<start + columns].map { Double($0) }
    }
  }
}
