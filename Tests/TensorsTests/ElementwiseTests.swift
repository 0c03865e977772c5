import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct ElementwiseTests {
  /// Every exponent, and many fractions.
  private static let everywhere = stride(from: UInt32(0), to: .max, by: 0x2_F6AF).map {
    Float(bitPattern: $0)
  }

  @Test(arguments: Kernels.available)
  func exponentialIsAccurateEverywhere(_ table: Kernels.Table) {
    let x = ElementwiseTests.everywhere + [0, -0.0, 88.722, 88.723, -87.4, -103.9, -104]
    expectUnits(x, table, { $0.exp() }, exp)
  }

  @Test(arguments: Kernels.available)
  func logarithmIsAccurateEverywhere(_ table: Kernels.Table) {
    let x = ElementwiseTests.everywhere + [0, -0.0, 1, -1, 0x1p-149, 0.999_999_9, 1.000_000_1]
    expectUnits(x, table, { $0.log() }, log)
  }

  @Test(arguments: Kernels.available)
  func activationsAreAccurateEverywhere(_ table: Kernels.Table) {
    let x =
      ElementwiseTests.everywhere
      + [0, -0.0, 0.624_999, 0.625, -0.625, 9, -9, 17, -17, 88, -88, -103, 3e38, -3e38]
    expectUnits(x, table, { $0.sigmoid() }) {
      $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0))
    }
    expectUnits(x, table, atMost: 3, { $0.softplus() }) { max($0, 0) + log1p(exp(-abs($0))) }
    expectUnits(x, table, { $0.tanh() }, tanh)
    expectUnits(x.filter { $0 > -.infinity }, table, { $0.gelu() }) {
      $0 / 2 * erfc(-$0 * 0.5.squareRoot())
    }
  }

  /// A derivative near 0 is no difference of numbers near 1.
  @Test(arguments: Kernels.available)
  func slopesOfActivationsAreAccurateEverywhere(_ table: Kernels.Table) {
    let x = ElementwiseTests.everywhere.filter { $0.isFinite } + [0, 20, -20, 40, -40, 87, -87]
    func expectSlopes(_ f: (Tensor) -> Tensor, _ slope: (Double) -> Double) {
      expectUnits(
        x, table, atMost: 4, { x in valueWithGradient(at: x) { f($0).sum() }.gradient }, slope)
    }
    expectSlopes({ $0.sigmoid() }) { exp(-abs($0)) / pow(1 + exp(-abs($0)), 2) }
    expectSlopes({ $0.softplus() }) { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) }
    expectSlopes({ $0.tanh() }) { pow(cosh($0), -2) }
    expectSlopes({ $0.gelu() }) { x in
      erfc(-x * 0.5.squareRoot()) / 2 + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot()
    }
  }

  @Test(arguments: Kernels.available)
  func activationsHaveTheirLimits(_ table: Kernels.Table) {
    let x: Tensor = [3e38, -3e38, 1000, -1000]
    Kernels.$current.withValue(table) {
      #expect(x.sigmoid().scalars == [1, 0, 1, 0])
      #expect(x.softplus().scalars == [3e38, 0, 1000, 0])
      #expect(x.tanh().scalars == [1, -1, 1, -1])
      #expect(x.gelu().scalars == [3e38, 0, 1000, 0])
      for (f, slopes) in [
        ({ $0.sigmoid() }, [0, 0, 0, 0]), ({ $0.tanh() }, [0, 0, 0, 0]),
        ({ $0.gelu() }, [1, 0, 1, 0]), ({ $0.softplus() }, [1, 0, 1, 0]),
      ] as [((Tensor) -> Tensor, [Float])] {
        #expect(valueWithGradient(at: x) { f($0).sum() }.gradient.scalars == slopes)
      }
    }
  }

  /// Expects an error of so many units in the last place at most.
  private func expectUnits(
    _ x: [Float], _ table: Kernels.Table, atMost units: Double = 2, _ f: (Tensor) -> Tensor,
    _ reference: (Double) -> Double
  ) {
    let y = Kernels.$current.withValue(table) { f(Tensor(x, shape: [x.count])).scalars }
    for (x, y) in zip(x, y) {
      let exact = reference(Double(x))
      let unit = Double(max(Float(exact).magnitude.nextDown, .leastNormalMagnitude).ulp)
      let isRight =
        exact.isNaN ? y.isNaN : y == Float(exact) || abs(Double(y) - exact) <= units * unit
      guard !isRight else { continue }
      Issue.record("f(\(x)) is \(y), not \(exact)")
      return
    }
  }

  @Test(arguments: Kernels.available, [1, 3, 16, 17, 70])
  func everyEntryIsReached(_ table: Kernels.Table, _ count: Int) {
    let (x, y) = (noise([count], in: 0.5...2, seed: 1), noise([count], in: 0.5...2, seed: 2))
    let (xs, ys) = (x.scalars, y.scalars)
    Kernels.$current.withValue(table) {
      #expect((x + y).scalars == zip(xs, ys).map { $0 + $1 })
      #expect((x - y).scalars == zip(xs, ys).map { $0 - $1 })
      #expect((x * y).scalars == zip(xs, ys).map { $0 * $1 })
      #expect((x / y).scalars == zip(xs, ys).map { $0 / $1 })
      #expect((x / 3).scalars == xs.map { $0 / 3 })
      #expect((3 - x).scalars == xs.map { 3 - $0 })
      #expect((-x).scalars == xs.map { -$0 })
      #expect(x.sqrt().scalars == xs.map { $0.squareRoot() })
      #expect((x - 1).relu().scalars == xs.map { max($0 - 1, 0) })
      #expect(x.maximum().scalar == xs.max())
      #expect((-x).maximum().scalar == xs.map { -$0 }.max())
    }
  }

  /// Axes without repetition are joined into long rows, whichever operand repeats.
  @Test(arguments: [
    ([2, 3, 4, 5], [1, 3, 1, 1]), ([1, 3, 1, 1], [2, 3, 4, 5]), ([2, 3, 4, 5], [2, 1, 1, 5]),
    ([2, 1, 4, 1], [3, 1, 5]), ([2, 3, 1], [2, 3, 1]), ([1, 1], [2, 1, 3]), ([4, 0], [1, 1]),
  ])
  func broadcastsAsFirstPrinciplesSay(_ a: [Int], _ b: [Int]) {
    let (x, y) = (noise(a, seed: 1), noise(b, seed: 2))
    let z = x - y
    let rank = z.shape.count
    func index(_ flat: Int, in shape: [Int]) -> Int {
      var (rest, stride, index) = (flat, 1, 0)
      for axis in 1...rank {
        let position = rest % z.shape[rank - axis]
        rest /= z.shape[rank - axis]
        guard axis <= shape.count else { continue }
        let length = shape[shape.count - axis]
        index += (length == 1 ? 0 : position) * stride
        stride *= length
      }
      return index
    }
    let (xs, ys) = (x.scalars, y.scalars)
    #expect(z.scalars == (0..<z.count).map { xs[index($0, in: a)] - ys[index($0, in: b)] })

    let weights = noise(z.shape, seed: 3)
    let (_, gradients) = valueWithGradient(at: [x, y]) { (($0[0] - $0[1]) * weights).sum() }
    var (dx, dy) = ([Double](repeating: 0, count: x.count), [Double](repeating: 0, count: y.count))
    for (i, weight) in weights.scalars.enumerated() {
      dx[index(i, in: a)] += Double(weight)
      dy[index(i, in: b)] -= Double(weight)
    }
    expectClose(gradients[0].scalars, dx, 1e-6, "first gradient")
    expectClose(gradients[1].scalars, dy, 1e-6, "second gradient")
  }

  @Test(arguments: Kernels.available)
  func longSumsKeepTheirFigures(_ table: Kernels.Table) {
    let n = 100_001
    let x = Tensor(repeating: 0.1, shape: [n])
    let y = Tensor((0..<n).map { $0 == 0 ? 1e8 : $0 == n - 1 ? -1e8 : 0.25 }, shape: [n, 1])
    Kernels.$current.withValue(table) {
      #expect(x.sum().scalar == Float(Double(Float(0.1)) * Double(n)))
      #expect(y.sum().scalar == Float(n - 2) / 4)
      #expect(y.sum(axis: 0).scalars == [Float(n - 2) / 4])
    }
  }

  @Test(arguments: Kernels.available)
  func threadsChangeNoBit(_ table: Kernels.Table) {
    let (x, y) = (noise([500, 401], in: 0.5...2, seed: 1), noise([500, 1], seed: 2))
    Kernels.$current.withValue(table) {
      func results(_ threads: Int) -> [[Float]] {
        Parallel.$threads.withValue(threads) {
          let f = valueWithGradient(at: [x, y]) { ($0[0].log() * $0[1]).squared().mean() }
          return [f.value.scalars, f.gradients[0].scalars, f.gradients[1].scalars]
        }
      }
      #expect(results(2) == results(1))
    }
  }

  /// A pairwise loss, too, gives the same bits from any number of threads, in several parts.
  @Test(arguments: Kernels.available)
  func threadsChangeNoBitOfALoss(_ table: Kernels.Table) {
    let (x, t) = (noise([200, 200], in: 0.5...2, seed: 1), noise([200, 200], in: 0...1, seed: 2))
    Kernels.$current.withValue(table) {
      func results(_ threads: Int) -> [Float] {
        Parallel.$threads.withValue(threads) {
          [
            { $0.dividedBySum().divergence(fromTeacher: t, epsilon: 1e-7) },
            { $0.dividedOrZero(by: $0.maximum()).polynomial([1, 2, 3]).sum() },
            { Penalty.square.total(student: $0.dividedByMeanOffDiagonal(), teacher: t) },
            { Penalty.huber(delta: 1).total(student: $0.gram, teacher: t, offDiagonal: true) },
          ].flatMap { (loss: (Tensor) -> Tensor) in
            let (value, gradient) = valueWithGradient(at: x, of: loss)
            return value.scalars + gradient.scalars
          }
        }
      }
      #expect(results(2) == results(1))
    }
  }

  @Test(arguments: Kernels.available)
  func notANumberIsNotHidden(_ table: Kernels.Table) {
    let x = Tensor([Float](repeating: .nan, count: 18), shape: [18])
    Kernels.$current.withValue(table) {
      for f in [
        { (x: Tensor) in x.relu() }, { $0.huber() }, { $0.exp() }, { $0.log() },
        { $0.reciprocalOrZero() }, { $0.abs() }, { $0.sqrt() },
        { $0.sigmoid() }, { $0.softplus() }, { $0.tanh() }, { $0.gelu() },
        { $0.polynomial([1, 2]) }, { $0.dividedBySum() },
        { $0.divergence(fromTeacher: x - x + 1, epsilon: 1e-7) },
      ] {
        #expect(f(x).scalars.allSatisfy { $0.isNaN })
      }
      for position in [0, 5, 17] {
        var scalars = noise([18], seed: 1).scalars
        scalars[position] = .nan
        #expect(Tensor(scalars, shape: [18]).maximum().scalar.isNaN)
      }
    }
  }

  /// Variables of Swift's number types stand beside tensors, on either side.
  @Test func numbersBesideTensors() {
    let x = Tensor([1, 2])
    let (double, float) = (4.0 as Double, 0.5 as Float)
    #expect((x + double).scalars == [5, 6] && (double + x).scalars == [5, 6])
    #expect((x - double).scalars == [-3, -2] && (double - x).scalars == [3, 2])
    #expect((x * double).scalars == [4, 8] && (double * x).scalars == [4, 8])
    #expect((x / double).scalars == [0.25, 0.5] && (double / x).scalars == [4, 2])
    #expect((x + float).scalars == [1.5, 2.5] && (float + x).scalars == [1.5, 2.5])
    #expect((x - float).scalars == [0.5, 1.5] && (float - x).scalars == [-0.5, -1.5])
    #expect((x * float).scalars == [0.5, 1] && (float * x).scalars == [0.5, 1])
    #expect((x / float).scalars == [2, 4] && (float / x).scalars == [0.5, 0.25])
    let width = 2.0
    let y = (-x / (2 * width * width) / x.mean().detached).exp()
    #expect(y.shape == [2] && y.scalars[0] > y.scalars[1])
  }
}
