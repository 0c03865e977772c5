import Tensors
import TestSupport
import Testing

/// Sizes that are too large to differentiate number by number in the table of operations.
@Suite struct AttentionTests {
  private let examples = 3
  private let tokens = 49
  private let heads = 4
  private let width = 24

  @Test(arguments: Kernels.available)
  func manyTokensAttendAsInPlainLoops(_ table: Kernels.Table) {
    let x = noise([examples, tokens, 3 * heads * width], in: -2...2, seed: 1)
    let dy = noise([examples, tokens, heads * width], seed: 2)
    let expected = attention(
      x.scalars.map { Double($0) }, examples: examples, tokens: tokens, heads: heads, width: width)
    Kernels.$current.withValue(table) {
      let variable = x.variable
      let y = variable.attention(heads: heads)
      expectClose(y.scalars, expected, 1e-6, "value")
      #expect(x.attention(heads: heads).scalars == y.scalars)
      let dx = gradients(of: [(y, dy)], withRespectTo: [variable])[0]
      expectClose(dx.scalars, slopes(at: x, dy).scalars.map { Double($0) }, 1e-5, "gradient")
    }
  }

  /// The gradient of attention that is made of operations for each head.
  private func slopes(at x: Tensor, _ dy: Tensor) -> Tensor {
    let x = x.variable
    func part(_ part: Int, _ head: Int) -> Tensor {
      let start = (part * heads + head) * width
      return x.columns(start..<start + width)
    }
    let results = (0..<heads).map { head in
      let scores = Tensor.matmul(part(0, head), part(1, head), transposingSecond: true)
      let result = scores.softmax(temperature: Double(width).squareRoot()) • part(2, head)
      return (result, dy.columns(head * width..<(head + 1) * width))
    }
    return gradients(of: results, withRespectTo: [x])[0]
  }

  @Test func theBitsDoNotDependOnTheNumberOfThreads() {
    let results = [1, 2, 3].map { threads in
      Parallel.$threads.withValue(threads) {
        let x = noise([7, 33, 96], seed: 3)
        let (value, gradients) = valueWithGradient(
          at: [x, noise([96], seed: 4), noise([96], seed: 5), noise([40, 32], seed: 6)]
        ) { x in
          x[0].layerNormalized(scale: x[1], shift: x[2]).attention(heads: 4)
            .linear(weight: x[3], bias: Tensor.zeros([40])).gelu().squared().sum()
        }
        return [value.scalar] + gradients.flatMap { $0.scalars }
      }
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  @Test func equalNumbersAreNormalizedToTheShift() {
    let x = Tensor(repeating: 1 / 3, shape: [2, 37]) * 1e6
    let shift = noise([37], seed: 1)
    let y = x.layerNormalized(scale: .ones([37]), shift: shift)
    #expect(y.scalars == shift.scalars + shift.scalars)
  }

  @Test func shapesThatDoNotFitTrap() async {
    expect(
      "[attention] shape [2, 3, 10] is not that of tokens' queries, keys and values for 2 heads",
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor.zeros([2, 3, 10]).attention(heads: 2)
      })
    expect(
      "[patches] shape [2, 3, 8, 6] is not N×C×H×W with sides that 4 divides",
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor.zeros([2, 3, 8, 6]).patches(side: 4)
      })
    expect(
      "[linear] shape [2, 3] with weight [4, 2] and bias [4]",
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor.zeros([2, 3]).linear(weight: .zeros([4, 2]), bias: .zeros([4]))
      })
    expect(
      "[layerNormalized] shape [2, 3] with scale [2] and shift [3]",
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor.zeros([2, 3]).layerNormalized(scale: .zeros([2]), shift: .zeros([3]))
      })
  }
}
