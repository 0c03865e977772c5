import Tensors
import Testing

/// The first number of a tensor that is not finite.
@Suite struct FirstNonFiniteTests {
  @Test func findsTheFirstNumberThatIsNotFinite() throws {
    var scalars = [Float](repeating: 0, count: 24)
    #expect(Tensor(scalars, shape: [2, 3, 4]).firstNonFinite == nil)
    scalars[19] = -.infinity
    scalars[23] = .nan
    let found = try #require(Tensor(scalars, shape: [2, 3, 4]).firstNonFinite)
    #expect(found.index == [1, 1, 3])
    #expect(found.value == -.infinity)
    #expect(Tensor([.nan], shape: []).firstNonFinite?.index == [])
  }
}
