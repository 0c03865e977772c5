import Testing
import Training

@Suite struct SubsetTests {
  /// Images of one pixel, which is the index. Class 0 has 12 images, class 1 has 6, class 2 has 2.
  private let data = ImageDataSet(
    name: "uneven", images: Array(0..<20),
    labels: (0..<20).map { $0 < 12 ? 0 : $0 < 18 ? 1 : 2 }, shape: ImageShape(height: 1, width: 1),
    classes: ["a", "b", "c"])

  @Test func imagesByIndex() throws {
    #expect(try data.first(3).images == [0, 1, 2])
    #expect(data.subset(at: [19, 0, 13]).images == [19, 0, 13])
    #expect(data.subset(at: [19, 0, 13]).labels == [2, 0, 1])
  }

  @Test(arguments: [
    (0, [0, 0, 0]), (3, [1, 1, 1]), (5, [2, 2, 1]), (6, [2, 2, 2]), (9, [4, 3, 2]),
    (16, [8, 6, 2]), (20, [12, 6, 2]),
  ])
  func classesHaveEqualShares(count: Int, shares: [Int]) throws {
    let subset = try data.balanced(count, seed: 1)
    #expect((0..<3).map { label in subset.labels.count { $0 == label } } == shares)
    #expect(subset.images == Array(Set(subset.images)).sorted())
  }

  @Test func choiceComesFromTheSeed() throws {
    func images(_ count: Int, _ seed: UInt64) throws -> [UInt8] {
      try data.balanced(count, seed: seed).images
    }
    #expect(try images(6, 1) == images(6, 1))
    #expect(try Set((0..<5).map { try images(6, $0) }).count == 5)
    #expect(try Set(images(5, 1)).isSubset(of: images(9, 1)))
    #expect(try images(20, 1) == data.images)
  }

  @Test func splitTakesEveryImageOnce() throws {
    let (chosen, rest) = try data.split(9, seed: 4)
    #expect((chosen.count, rest.count) == (9, 11))
    #expect((chosen.images + rest.images).sorted() == data.images)
    #expect(try chosen.images == data.balanced(9, seed: 4).images)
    #expect(rest.labels == rest.images.map { data.labels[Int($0)] })
  }

  @Test func moreThanThereAre() throws {
    let tooFew = DataSetError.tooFewImages(name: "uneven", asked: 21, available: 20)
    #expect(throws: tooFew) { try data.balanced(21, seed: 1) }
    #expect(throws: tooFew) { try data.first(21) }
    #expect(tooFew.description == "21 images of uneven were asked for, but there are only 20")
  }
}
