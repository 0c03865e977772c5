import Tensors
import TestSupport
import Testing

/// Layer normalisation where a vector says nothing.
@Suite struct LayerNormalizationTests {
  /// It is its own mean, so that only the shift is left, and it has no slope but for rounding.
  @Test func aVectorOfOneNumberIsItsShift() {
    let x = noise([4, 1], seed: 1)
    let (value, gradient) = valueWithGradient(at: x) {
      $0.layerNormalized(scale: [3], shift: [0.5], epsilon: 0.01).sum()
    }
    #expect(value.scalar == 2)
    #expect(gradient.scalars.allSatisfy { abs($0) < 1e-5 })
  }

  @Test func equalNumbersAreTheShift() {
    let (value, gradient) = valueWithGradient(at: Tensor(repeating: 7, shape: [2, 3])) {
      ($0.layerNormalized(scale: [1, 2, 3], shift: [4, 5, 6]) * [[1, 0, 0], [0, 0, 1]]).sum()
    }
    #expect(value.scalar == 10)
    #expect(gradient.scalars.allSatisfy { $0.isFinite })
  }
}
