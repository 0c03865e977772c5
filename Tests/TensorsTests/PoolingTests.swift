import Tensors
import Testing

@Suite struct PoolingTests {
  @Test func lanesWithoutAnExampleStayZero() {
    let x = Tensor(repeating: 1, shape: [17, 1, 2, 2]).packedLanes().variable
    let y = x.globalAveragePooled(examples: 17)
    let dy = Tensor(repeating: 1, shape: y.shape)
    let dx = gradients(of: [(y, dy)], withRespectTo: [x])[0].scalars
    #expect(dx.prefix(64).allSatisfy { $0 == 0.25 })
    #expect((64..<128).allSatisfy { dx[$0] == ($0 % 16 == 0 ? 0.25 : 0) })
  }
}
