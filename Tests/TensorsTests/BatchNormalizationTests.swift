import Tensors
import TestSupport
import Testing

@Suite struct BatchNormalizationTests {
  private let ones = Tensor(repeating: 1, shape: [2])
  private let zeros = Tensor(repeating: 0, shape: [2])

  private func normalized(_ x: Tensor) -> (result: Tensor, statistics: ChannelStatistics) {
    x.packedLanes().batchNormalized(examples: x.shape[0], scale: ones, shift: zeros)
  }

  @Test(arguments: Kernels.available, [1, 15, 16, 17, 48])
  func everyExampleCountsOnce(_ table: Kernels.Table, _ examples: Int) {
    Kernels.$current.withValue(table) {
      let shape = [examples, 2, 5, 3]
      // The mean is large beside the spread.
      let x = noise(shape, in: 999...1001, seed: 5)
      let (result, statistics) = normalized(x)
      let maps = Maps(shape, x.scalars.map { Double($0) })
      var (means, variances): ([Double], [Double]) = ([], [])
      let expected = maps.mapChannels { _, x in
        let n = Double(x.count)
        let mean = x.reduce(0, +) / n
        let squares = x.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
        means.append(mean)
        variances.append(squares / (n - 1))
        return x.map { ($0 - mean) / (squares / n + 1e-5).squareRoot() }
      }
      expectClose(statistics.mean.scalars, means, 1e-7, "mean")
      expectClose(statistics.variance.scalars, variances, 1e-5, "variance")
      expectClose(result.unpackedLanes(examples: examples).scalars, expected, 2e-4, "result")
    }
  }

  @Test func planesOfManyPixelsAreMergedExactly() {
    let x = noise([17, 2, 13, 30], in: -1...3, seed: 6)
    let doubles = x.scalars.map { Double($0) }
    var (means, variances): ([Double], [Double]) = ([], [])
    _ = Maps(x.shape, doubles).mapChannels { _, x in
      let mean = x.reduce(0, +) / Double(x.count)
      means.append(mean)
      variances.append(x.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(x.count - 1))
      return x
    }
    let statistics = normalized(x).statistics
    expectClose(statistics.mean.scalars, means, 1e-6, "mean")
    expectClose(statistics.variance.scalars, variances, 1e-6, "variance")
  }

  /// Lanes that hold no example contain a 1 here, which no operation of networks leaves there.
  @Test(arguments: [false, true])
  func lanesWithoutAnExampleCountForNothing(adds: Bool) {
    let x = (noise([17, 2, 3, 3], seed: 7).packedLanes() + 1).variable
    let shift = Tensor(repeating: 5, shape: [2]).variable
    let (y, statistics) = x.batchNormalized(
      examples: 17, scale: ones, shift: shift, adding: adds ? x.detached : nil, rectified: true)
    let dy = Tensor(repeating: 1, shape: y.shape)
    let gradients = gradients(of: [(y, dy)], withRespectTo: [x, shift])
    for tensor in [y, gradients[0]] {
      let unused = tensor.scalars.enumerated().filter {
        $0.offset >= tensor.count / 2 && $0.offset % 16 > 0
      }
      #expect(unused.allSatisfy { $0.element == 0 })
    }
    // Nothing is cut off, so every number of the 17 examples contributes to the shift's gradient.
    #expect(gradients[1].scalars == [153, 153])
    let expected = normalized(x.detached.unpackedLanes(examples: 17)).statistics
    #expect(statistics.mean.scalars == expected.mean.scalars)
    #expect(statistics.variance.scalars == expected.variance.scalars)
  }

  @Test func runningStatisticsMoveATenthOfTheWay() {
    let batch = ChannelStatistics(
      mean: Tensor([1, 2], shape: [2]), variance: Tensor([3, 5], shape: [2]))
    let running = ChannelStatistics(channels: 2).updated(with: batch)
    expectClose(running.mean.scalars, [0.1, 0.2], 1e-7, "mean")
    expectClose(running.variance.scalars, [1.2, 1.4], 1e-7, "variance")
  }

  @Test func theBitsDoNotDependOnTheNumberOfThreads() {
    let x = noise([40, 2, 20, 20], seed: 8)
    let results = [1, 2, 3].map { threads in
      Parallel.$threads.withValue(threads) {
        let (value, gradient) = valueWithGradient(at: x) {
          normalized($0).result.unpackedLanes(examples: 40).squared().sum()
        }
        return [value.scalar] + gradient.scalars
      }
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  @Test func aDivergedValueIsNotHidden() {
    let x = Tensor([1, .nan, 2, 3], shape: [1, 2, 1, 2]).packedLanes()
    let y = x.normalized(
      by: ChannelStatistics(channels: 2), examples: 1, scale: ones, shift: zeros, rectified: true)
    #expect(y.unpackedLanes(examples: 1).scalars[1].isNaN)
  }
}
