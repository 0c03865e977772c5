import Testing

@testable import Tensors

@Suite struct PairTilesTests {
  /// Every two blocks are in one tile, and no block is in two tiles of a round.
  @Test(arguments: [1, 2, 31, 32, 33, 100, 257, 300, 1025, 4100])
  func everyTwoBlocksMeetOnce(_ count: Int) {
    let tiles = PairTiles(count)
    var met: Set<Int> = []
    for round in tiles.rounds {
      let blocks = round.flatMap { $0.isDiagonal ? [$0.row] : [$0.row, $0.column] }
      #expect(Set(blocks).count == blocks.count)
      for place in round {
        #expect(place.row <= place.column && met.insert(place.index).inserted)
        #expect(!place.rows.isEmpty && place.columns.upperBound <= count)
      }
    }
    #expect(met.count == tiles.blocks * (tiles.blocks + 1) / 2)
  }

  /// A description whose numbers are read becomes the matrix.
  @Test func numbersThatAreReadAreHeld() {
    let x = Tensor([[1, 2], [3, 4], [-1, 0]]).variable
    let held = InnerProducts(of: x).gram
    let described = PairTiles.$threshold.withValue(3) { InnerProducts(describing: x).gram }
    let few = PairTiles.$threshold.withValue(4) { InnerProducts(describing: x).gram }
    #expect(!held.isDescribed && !few.isDescribed && described.isDescribed)
    #expect(described.scalars == held.scalars)
    let dy = Tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    #expect(
      gradients(of: [(described, dy)], withRespectTo: [x])[0].scalars
        == gradients(of: [(held, dy)], withRespectTo: [x])[0].scalars)
    #expect(described.detached.isConstant && !described.isConstant)
  }
}
