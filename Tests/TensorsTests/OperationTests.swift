import Tensors
import TestSupport
import Testing

@Suite struct OperationTests {
  @Test(arguments: Kernels.available, operationCases)
  func valueAndGradientMatchTheReference(_ table: Kernels.Table, _ row: OperationCase) {
    Kernels.$current.withValue(table) {
      let inputs = row.shapes.enumerated().map { index, shape in
        noise(shape, in: row.range, seed: UInt64(index + 1))
      }
      let doubles = inputs.map { $0.scalars.map { Double($0) } }
      let expected = row.reference(doubles)
      // Any unequal weights would do. A plain sum of the entries would hide errors that cancel.
      let weights = noise([expected.count], in: 0.5...1.5, seed: 99)
      let (_, gradients) = valueWithGradient(at: inputs) { x in
        let y = row.operation(x)
        expectClose(y.scalars, expected, row.tolerance, "value")
        return (y.reshaped([y.count]) * weights).sum()
      }
      func weighted(_ x: [[Double]]) -> Double {
        zip(row.reference(x), weights.scalars).map { $0 * Double($1) }.reduce(0, +)
      }
      for (index, gradient) in gradients.enumerated() {
        let slopes = doubles[index].indices.map { i in
          slope(
            of: { nudged in
              var x = doubles
              x[index] = nudged
              return weighted(x)
            }, at: doubles[index], i)
        }
        expectClose(gradient.scalars, slopes, row.tolerance, "gradient of input \(index)")
      }
    }
  }

  @Test func constantsTakeNoGradient() {
    let x = noise([3, 4], seed: 1)
    let (_, gradient) = valueWithGradient(at: x) { ($0 * x.detached + $0.detached * x).sum() }
    expectClose(gradient.scalars, x.scalars.map { Double($0) }, 1e-6, "gradient")
  }

  @Test func aVariableUsedTwiceAddsItsGradients() {
    let x = Tensor([2, 3], shape: [2])
    let (value, gradient) = valueWithGradient(at: x) { ($0 * $0 * $0 + $0).sum() }
    #expect(value.scalar == 40)
    #expect(gradient.scalars == [13, 28])
  }

  @Test func gradientsFlowFromSeveralResults() {
    let x = Tensor([2, 3], shape: [2]).variable
    let (y, z) = (x.squared(), 2 * x)
    let seeds = (Tensor([1, 10], shape: [2]), Tensor([100, 1000], shape: [2]))
    let result = gradients(of: [(y, seeds.0), (z, seeds.1)], withRespectTo: [x])
    #expect(result[0].scalars == [204, 2060])
  }

  /// The contract at kinks: an input without length or without derivative has gradient 0.
  @Test func degenerateInputsHaveGradientZero() {
    let zero = Tensor(repeating: 0, shape: [2, 3])
    func gradient(_ f: (Tensor) -> Tensor) -> [Float] {
      valueWithGradient(at: zero) { f($0).sum() }.gradient.scalars
    }
    let none = [Float](repeating: 0, count: 6)
    #expect(gradient { $0.sqrt() } == none)
    #expect(gradient { $0.norm(axis: 1) } == none)
    #expect(gradient { $0.normalized() } == none)
    #expect(gradient { $0.normalized(damping: 1e-7) } == none)
    #expect(gradient { $0.abs() } == none)
    #expect(gradient { $0.relu() } == none)
    #expect(gradient { $0.reciprocalOrZero() } == none)
    #expect(gradient { ($0 + 1).dividedOrZero(by: $0) } == none)
    #expect(noise([3], seed: 1).dividedOrZero(by: 0).scalars == [0, 0, 0])
    #expect(gradient { $0.pairwiseSquaredDistances.sqrt() } == none)
    #expect(zero.normalized().scalars == none)
  }

  @Test func equalNumbersDivideToOne() {
    let x = noise([200], seed: 1)
    #expect(x.dividedOrZero(by: x).scalars.allSatisfy { $0 == 1 })
  }

  /// Entries below zero count as zero, and equal entries cost nothing, in every kernel.
  @Test(arguments: Kernels.available)
  func equalNetworksDoNotDiverge(_ table: Kernels.Table) {
    let p = noise([70], in: -0.1...1, seed: 1)
    Kernels.$current.withValue(table) {
      let (value, gradient) = valueWithGradient(at: p) {
        $0.divergence(fromTeacher: p, epsilon: 0x1p-80)
      }
      #expect(value.scalar == 0)
      #expect(zip(gradient.scalars, p.scalars).allSatisfy { $0 == ($1 > 0 ? -1 : 0) })
    }
  }

  @Test func aSumOfZeroDividesToZero() {
    let x = Tensor([1, -1, 0, 0, 1, 3], shape: [3, 2])
    let (_, gradient) = valueWithGradient(at: x) { x in
      #expect(x.dividedBySum().scalars == [0, 0, 0, 0, 0.25, 0.75])
      return (x.dividedBySum() * Tensor([1, 2], shape: [1, 2])).sum()
    }
    #expect(gradient.scalars == [0, 0, 0, 0, -0.1875, 0.0625])
  }

  @Test func tiedMaximaShareTheGradient() {
    let x = Tensor([3, 1, 3, 2], shape: [4])
    #expect(valueWithGradient(at: x) { $0.maximum() }.gradient.scalars == [0.5, 0, 0.5, 0])
  }

  @Test func theSmallestOfARowLeaveOutTheDiagonal() {
    let x = Tensor([0, 2, 1, 1, 3, 0, 2, 0, 4, 4, 0, 9, -1, 5, 5, -2], shape: [4, 4])
    #expect(x.smallestOffDiagonal(2) == [2, 3, 7, 6, 8, 9, 12, 13])
    #expect(x.smallestOffDiagonal(0).isEmpty)
    #expect(Tensor([5], shape: [1, 1]).smallestOffDiagonal(0).isEmpty)
  }

  /// No exponential leaves the range of numbers, and a large temperature leaves the mean.
  @Test func theLogarithmOfAMeanKeepsItsFigures() {
    #expect(Tensor([-200, -200], shape: [1, 2]).logMeanExp().scalars == [-200])
    #expect(Tensor([1000], shape: [1]).logMeanExp(temperature: 0.01).scalar == 1000)
    let mean = Tensor([0.1, 0.3, 0.5], shape: [3]).logMeanExp(temperature: 1e6).scalar
    #expect(abs(mean - 0.3) < 1e-6)
    let x = noise([2, 3, 4], seed: 1)
    #expect(x.logMeanExp().shape == [2, 3])
    #expect(Tensor.zeros([0, 4]).logMeanExp().shape == [0])
    #expect(Tensor([1, 2, 3], shape: [1, 3]).omitting(columns: [1]).scalars == [1, 3])
    #expect(Tensor([1, 2], shape: [2, 1]).omitting(columns: [0, 0]).shape == [2, 0])
  }

  /// Subtracting a rounded mean would leave what looks like a signal.
  @Test func constantVectorsAreCenteredToZero() {
    for length in 1...40 {
      let x = Tensor(repeating: 1 / 3, shape: [length]) * noise([3, 1], seed: UInt64(length))
      #expect(x.centered(axis: 1).scalars.allSatisfy { $0 == 0 })
      #expect(x.transposed.centered(axis: 0).scalars.allSatisfy { $0 == 0 })
    }
  }

  @Test func saturatedLogitsStayFinite() {
    let z = Tensor([1e4, -1e4, 0, -3e38, 3e38, 0], shape: [2, 3])
    let teacher = Tensor([-1e4, 1e4, 0, 0, 0, 0], shape: [2, 3])
    for f in [
      { (z: Tensor) in z.softmax().sum() },
      { $0.crossEntropy(labels: [1, 1]) },
      { $0.klDivergence(fromTeacher: teacher, temperature: 4) },
      { $0.logMeanExp(temperature: 4).sum() },
    ] {
      let (value, gradient) = valueWithGradient(at: z, of: f)
      #expect(value.scalar.isFinite)
      #expect(gradient.firstNonFiniteIndex == nil)
    }
    #expect(z.softmax().scalars == [1, 0, 0, 0, 1, 0])
    #expect(z.logMeanExp().scalars == [1e4 - 1.0986123, 3e38])
  }
}
