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

  /// Numbers are looked at by blocks of 1,024.
  @Test(arguments: [0, 15, 1023, 1024, 2047, 2048, 2050])
  func findsItInEveryBlock(_ index: Int) {
    var scalars = (0..<2051).map { $0.isMultiple(of: 2) ? Float.greatestFiniteMagnitude : -0.0 }
    #expect(Tensor(scalars, shape: [2051]).firstNonFiniteIndex == nil)
    for number in [Float.nan, .infinity, -.infinity] {
      scalars[index] = number
      scalars[2050] = index == 2050 ? number : .nan
      #expect(Tensor(scalars, shape: [2051]).firstNonFiniteIndex == index)
    }
  }
}
