import Foundation
import Testing

@testable import Tensors

@Suite struct RandomTests {
  /// The first numbers of the reference implementation from the state 1, 2, 3, 4. The tests of
  /// Rust's rand_xoshiro have the same.
  @Test func isXoshiro256StarStar() {
    var random = Random(state: 1, 2, 3, 4)
    let numbers = (0..<6).map { _ in random.next() }
    #expect(
      numbers == [
        11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360,
        607_988_272_756_665_600,
      ])
  }

  /// SplitMix64 from the seed 1234567, and FNV-1a for a published test vector.
  @Test func seedsWithSplitMixAndFNV() {
    let gamma: UInt64 = 0x9e37_79b9_7f4a_7c15
    let numbers = (0..<3).map { Random.mix(1_234_567 &+ $0 &* gamma) }
    #expect(
      numbers == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
    #expect(Random.hash("foobar") == 0x8594_4171_f739_67e8)
    #expect(Random.hash("") == 0xcbf2_9ce4_8422_2325)
  }

  /// The numbers are from a separate implementation in Python. If they changed, so would recorded
  /// results.
  @Test func streamsStayWhatTheyAre() {
    var epoch = Random(seed: 3, "batches", "epoch 2")
    #expect(epoch.next() == 12_543_896_825_972_711_398)
    #expect(epoch.next() == 10_310_902_755_916_568_895)
    var image = Random(seed: 3, "batches", "epoch 2", index: 1)
    #expect(image.next() == 8_143_057_205_918_982_952)
    var unnamed = Random(seed: 0)
    #expect(unnamed.next() == 10_108_759_220_886_529_493)
  }

  @Test func streamsDiffer() {
    let streams = [
      Random(seed: 1), Random(seed: 2), Random(seed: 1, index: 1), Random(seed: 1, index: -1),
      Random(seed: 1, "ab"), Random(seed: 1, "a", "b"), Random(seed: 1, "b", "a"),
      Random(seed: 1, ""), Random(seed: 2, "ab"), Random(seed: 1, "ab", index: 1),
    ]
    let first = streams.map { stream in
      var stream = stream
      return stream.next()
    }
    #expect(Set(streams).count == streams.count)
    #expect(Set(first).count == streams.count)
  }

  @Test func uniformNumbersFillTheirInterval() {
    var random = Random(seed: 5, "uniform")
    var counts = [Int](repeating: 0, count: 10)
    var sum = 0.0
    for _ in 0..<20_000 {
      let (single, double) = (random.uniform(), random.uniformDouble())
      #expect((0..<1).contains(single) && (0..<1).contains(double))
      counts[Int(single * 10)] += 1
      sum += double
    }
    // The bound is five standard deviations.
    #expect(counts.allSatisfy { abs($0 - 2000) < 212 }, "\(counts)")
    #expect(abs(sum / 20_000 - 0.5) < 0.0102)
    var random2 = random
    #expect(random.uniform(in: -2..<6) == -2 + 8 * random2.uniform())
  }

  /// Without rejection, a third of these integers would come up in a quarter of the draws.
  @Test func integersHaveNoBias() {
    var random = Random(seed: 5, "integers")
    let third = (0..<20_000).count { _ in random.integer(below: 3 << 61) % 3 == 2 }
    #expect(abs(third - 6667) < 334)
    let six = (0..<6000).map { _ in random.integer(in: -2...3) }
    for value in -2...3 { #expect(abs(six.count { $0 == value } - 1000) < 145) }
    #expect(six.allSatisfy { (-2...3).contains($0) })
    #expect(random.integer(below: 1) == 0)
  }

  @Test func normalNumbersHaveTheirMoments() {
    var random = Random(seed: 5, "normal")
    let numbers = (0..<20_000).map { _ in Double(random.normal()) }
    let moments = (1...4).map { power in
      numbers.reduce(0) { $0 + pow($1, Double(power)) } / 20_000
    }
    // The bounds are five standard deviations.
    let expected = [(0.0, 0.036), (1.0, 0.05), (0.0, 0.14), (3.0, 0.35)]
    for (moment, (value, tolerance)) in zip(moments, expected) {
      #expect(abs(moment - value) < tolerance, "\(moments)")
    }
  }

  @Test func everyOrderIsEquallyLikely() {
    var random = Random(seed: 5, "orders")
    var counts: [[Int]: Int] = [:]
    for _ in 0..<6000 { counts[random.shuffled(0..<3), default: 0] += 1 }
    #expect(counts.count == 6)
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 145 }, "\(counts)")
    #expect(random.shuffled([Int]()) == [])
    #expect(random.shuffled(0..<100).sorted() == Array(0..<100))
  }

  @Test func resumesFromItsEncoding() throws {
    var random = Random(seed: 5, "resumed")
    for _ in 0..<10 { _ = random.next() }
    var resumed = try JSONDecoder().decode(Random.self, from: JSONEncoder().encode(random))
    #expect(resumed == random)
    #expect(resumed.next() == random.next())
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Random.self, from: Data("[0, 0, 0, 0]".utf8))
    }
  }
}
