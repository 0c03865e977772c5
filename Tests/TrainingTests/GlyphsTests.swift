import Tensors
import Testing
import Training

@Suite struct GlyphsTests {
  /// The images must never change, since recorded results hold only for them.
  @Test func imagesStayWhatTheyAre() {
    let images = Glyphs.make(count: 64, seed: 7).images
    let hash = images.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0100_0000_01b3
    }
    #expect(hash == 5_870_979_786_003_896_698)
  }

  @Test func hasSixteenClassesInFourSuperclasses() {
    let data = Glyphs.make(count: 100, seed: 1)
    #expect((data.count, data.shape.height, data.shape.width) == (100, 28, 28))
    #expect(data.images.count == 100 * 28 * 28)
    #expect(Set(data.classes).count == 16)
    for label in 0..<16 { #expect([6, 7].contains(data.labels.count { $0 == label })) }
    #expect(Glyphs.make(count: 0, seed: 1).count == 0)
  }

  @Test func smallerSetIsTheStartOfALargerOne() {
    let (small, large) = (Glyphs.make(count: 70, seed: 3), Glyphs.make(count: 150, seed: 3))
    #expect(large.images.starts(with: small.images))
    #expect(large.labels.starts(with: small.labels))
  }

  @Test func seedsAndSplitsShareNoImage() {
    func images(_ seed: UInt64, _ split: String) -> Set<[UInt8]> {
      let data = Glyphs.make(count: 160, seed: seed, split: split)
      return Set((0..<160).map { data.image(at: $0).pixels })
    }
    let sets = [images(0, "train"), images(0, "test"), images(1, "train")]
    #expect(sets.allSatisfy { $0.count == 160 })
    #expect(sets.reduce(into: Set()) { $0.formUnion($1) }.count == 480)
  }

  @Test(arguments: [2, 3, 7]) func threadsChangeNothing(threads: Int) {
    func images(_ threads: Int) -> [UInt8] {
      Parallel.$threads.withValue(threads) { Glyphs.make(count: 200, seed: 4).images }
    }
    #expect(images(threads) == images(1))
  }

  /// Chance is 1 in 16. The accuracy of a class that were drawn like another would fall to nothing.
  @Test func classesCanBeToldApart() {
    let (known, asked) = (Glyphs.make(count: 960, seed: 1), Glyphs.make(count: 320, seed: 2))
    var means = [[Int]](repeating: [Int](repeating: 0, count: 784), count: 16)
    for index in 0..<known.count {
      let image = known.image(at: index).pixels
      for pixel in 0..<784 { means[Int(known.labels[index])][pixel] += Int(image[pixel]) }
    }
    // An image is assigned by its correlation with the mean image of each class.
    let centred = means.map { mean in
      let average = mean.reduce(0, +) / 784
      let differences = mean.map { Float($0 - average) }
      let norm = differences.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return differences.map { $0 / norm }
    }
    let correct = (0..<asked.count).count { index in
      let image = asked.image(at: index).pixels
      let scores = centred.map { mean in
        (0..<784).reduce(Float(0)) { $0 + mean[$1] * Float(image[$1]) }
      }
      return scores.indices.max { scores[$0] < scores[$1] } == Int(asked.labels[index])
    }
    #expect(correct > 100, "\(correct) of 320")
  }
}
