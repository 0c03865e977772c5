import Tensors
import TestSupport
import Testing

/// Sizes that are too large to differentiate number by number in the table of operations.
@Suite struct ConvolutionTests {
  static let sizes = [
    ConvolutionReference(examples: 17, inputs: 1, outputs: 4, height: 5, width: 7),
    ConvolutionReference(examples: 33, inputs: 3, outputs: 5, height: 6, width: 5, stride: 2),
    ConvolutionReference(examples: 16, inputs: 5, outputs: 3, height: 7, width: 7),
    ConvolutionReference(examples: 3, inputs: 16, outputs: 17, height: 7, width: 6),
    ConvolutionReference(examples: 2, inputs: 20, outputs: 16, height: 9, width: 8, stride: 2),
    // Winograd's method: odd and even sides, several strips of rows, and borders other than 1.
    ConvolutionReference(examples: 2, inputs: 24, outputs: 8, height: 21, width: 30),
    ConvolutionReference(examples: 2, inputs: 8, outputs: 18, height: 2, width: 3),
    ConvolutionReference(examples: 2, inputs: 9, outputs: 8, height: 6, width: 5, padding: 0),
    ConvolutionReference(examples: 2, inputs: 8, outputs: 9, height: 4, width: 5, padding: 2),
    ConvolutionReference(
      examples: 18, inputs: 16, outputs: 5, height: 5, width: 6, kernel: 1, stride: 2, padding: 0),
    ConvolutionReference(
      examples: 5, inputs: 3, outputs: 4, height: 9, width: 9, kernel: 5, stride: 3, padding: 4),
    ConvolutionReference(
      examples: 5, inputs: 2, outputs: 2, height: 4, width: 7, kernel: 1, stride: 3, padding: 0),
    ConvolutionReference(
      examples: 1, inputs: 2, outputs: 3, height: 2, width: 40, kernel: 2, stride: 1, padding: 1),
  ]

  private func run(
    _ sizes: ConvolutionReference
  ) -> (y: Tensor, packed: Tensor, dx: Tensor, dw: Tensor, dy: Tensor) {
    let (x, w) = (noise(sizes.input, seed: 1).variable, noise(sizes.weights, seed: 2).variable)
    let packed = x.packedLanes().convolved(
      with: w, stride: sizes.stride, padding: sizes.padding)
    let y = packed.unpackedLanes(examples: sizes.examples)
    let dy = noise(sizes.output, seed: 3)
    let gradients = gradients(of: [(y, dy)], withRespectTo: [x, w])
    return (y, packed, gradients[0], gradients[1], dy)
  }

  @Test(arguments: Kernels.available, sizes)
  func matchesPlainLoops(_ table: Kernels.Table, _ sizes: ConvolutionReference) {
    let result = Kernels.$current.withValue(table) { run(sizes) }
    let x = noise(sizes.input, seed: 1).scalars.map { Double($0) }
    let w = noise(sizes.weights, seed: 2).scalars.map { Double($0) }
    let expected = sizes.gradients(x, w, result.dy.scalars.map { Double($0) })
    #expect(result.y.shape == sizes.output)
    expectClose(result.y.scalars, sizes(x, w), 1e-6, "value")
    expectClose(result.dx.scalars, expected.x, 1e-6, "input gradient")
    expectClose(result.dw.scalars, expected.w, 1e-6, "weight gradient")
  }

  @Test func lanesWithoutAnExampleStayZero() {
    let packed = run(Self.sizes[1]).packed
    let lanes = packed.scalars.enumerated().filter { $0.offset % 16 > 0 }
    let last = lanes.suffix(packed.count / 3 / 16 * 15)
    #expect(last.allSatisfy { $0.element == 0 })
  }

  @Test func theBitsDoNotDependOnTheNumberOfThreads() {
    let sizes = ConvolutionReference(
      examples: 40, inputs: 6, outputs: 9, height: 9, width: 8)
    let results = [1, 2, 3].map { threads in
      Parallel.$threads.withValue(threads) {
        let result = run(sizes)
        return result.y.scalars + result.dx.scalars + result.dw.scalars
      }
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  @Test func aSumOverManyPixelsIsAccurate() {
    // 27,040 equal products: a sum that loses small addends would be wrong.
    let x = Tensor(repeating: 0.1, shape: [40, 1, 26, 26]).packedLanes()
    let w = Tensor(repeating: 0, shape: [1, 1, 1, 1])
    let (_, gradient) = valueWithGradient(at: w) {
      x.convolved(with: $0).unpackedLanes(examples: 40).sum()
    }
    expectClose(gradient.scalars, [2_704], 1e-6, "gradient")
  }
}
