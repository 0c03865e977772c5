import Tensors
import Testing

@Suite struct PoolingTests {
  @Test func theFirstOfEqualMaximaTakesTheGradient() {
    let x = Tensor([1, 2, 2, 2], shape: [1, 1, 2, 2])
    let (value, gradient) = valueWithGradient(at: x) {
      $0.packedLanes().maximumPooled(size: 2).unpackedLanes(examples: 1).sum()
    }
    #expect(value.scalar == 2)
    #expect(gradient.scalars == [0, 1, 0, 0])
  }

  @Test func aBorderIsNeverTheMaximum() {
    let x = Tensor([-1, -2, -3, -4], shape: [1, 1, 2, 2])
    let y = x.packedLanes().maximumPooled(size: 2, stride: 1, padding: 1)
    #expect(y.unpackedLanes(examples: 1).scalars == [-1, -1, -2, -1, -1, -2, -3, -3, -4])
  }

  @Test func nanIsTheMaximum() {
    let x = Tensor([1, .nan, 2, 3], shape: [1, 1, 2, 2])
    let y = x.packedLanes().maximumPooled(size: 2)
    #expect(y.unpackedLanes(examples: 1).scalar.isNaN)
  }

  @Test func lanesWithoutAnExampleStayZero() {
    let x = Tensor(repeating: 1, shape: [17, 1, 2, 2]).packedLanes().variable
    let y = x.globalAveragePooled(examples: 17)
    let dy = Tensor(repeating: 1, shape: y.shape)
    let dx = gradients(of: [(y, dy)], withRespectTo: [x])[0].scalars
    #expect(dx.prefix(64).allSatisfy { $0 == 0.25 })
    #expect((64..<128).allSatisfy { dx[$0] == ($0 % 16 == 0 ? 0.25 : 0) })
  }
}
