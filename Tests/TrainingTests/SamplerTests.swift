import Distillation
import Tensors
import Testing

@testable import Training

@Suite struct SamplerTests {
  /// Images of one pixel, in shuffled order, with these numbers of images in the classes.
  static func data(_ sizes: [Int]) -> ImageDataSet {
    let labels = sizes.enumerated().flatMap { label, size in
      [UInt8](repeating: UInt8(label), count: size)
    }
    var random = Random(seed: 5, "labels")
    return ImageDataSet(
      name: "sizes", images: [UInt8](repeating: 0, count: labels.count),
      labels: random.shuffled(labels), shape: ImageShape(height: 1, width: 1),
      classes: sizes.indices.map { "\($0)" })
  }

  static func batches(
    _ sampler: some Sampler, _ data: ImageDataSet, size: Int, seed: UInt64 = 1
  ) -> [[Int]] {
    var random = Random(seed: seed)
    return sampler.batches(of: data, size: size, using: &random)
  }

  /// The number of images of each class in a batch.
  static func counts(_ batch: [Int], _ labels: [some BinaryInteger]) -> [Int: Int] {
    Dictionary(batch.map { (Int(labels[$0]), 1) }, uniquingKeysWith: +)
  }

  static let all: [any Sampler] = [
    UniformSampler(), ClassUniformSampler(each: 2), NPairsSampler(each: 3),
    SuperclassUniformSampler(superclasses: (0..<103).map { $0 % 7 }, each: 4),
  ]

  @Test(arguments: all.indices) func anEpochIsAsLongAsUniforms(_ index: Int) {
    let data = Self.data([40, 30, 20, 13])
    let batches = Self.batches(Self.all[index], data, size: 8)
    #expect(batches.count == 12)
    #expect(batches.allSatisfy { $0.count == 8 && $0.allSatisfy { (0..<103).contains($0) } })
  }

  @Test(arguments: all.indices) func chanceIsTheSeeds(_ index: Int) {
    let data = Self.data([40, 30, 20, 13])
    let first = Self.batches(Self.all[index], data, size: 8)
    #expect(Self.batches(Self.all[index], data, size: 8) == first)
    #expect(Self.batches(Self.all[index], data, size: 8, seed: 2) != first)
  }

  @Test(arguments: [UniformSampler(), ClassUniformSampler(), NPairsSampler()] as [any Sampler])
  func nothingMakesNoBatches(_ sampler: any Sampler) {
    #expect(Self.batches(sampler, Self.data([0, 0]), size: 4).isEmpty)
  }

  // MARK: - CUR

  @Test(arguments: [(12, 4, 3), (12, 2, 6), (6, 6, 1), (6, 1, 6)])
  func aBatchHasSoManyClassesOfSoMany(size: Int, each: Int, classes: Int) {
    let data = Self.data([30, 25, 24, 20, 20, 12, 9, 0])
    let batches = Self.batches(ClassUniformSampler(each: each), data, size: size)
    #expect(batches.count == 140 / size)
    for batch in batches {
      let counts = Self.counts(batch, data.labels)
      #expect(counts.count == classes)
      #expect(counts.values.allSatisfy { $0 == each })
      #expect(Set(batch).count == size, "none is twice in a batch")
    }
  }

  /// In a class of 12 images, 4 of them in each batch, three batches show all images before one
  /// repeats.
  @Test func aClassPassRepeatsNothing() {
    let data = Self.data([12, 12])
    let batches = (1...4).flatMap { seed in
      Self.batches(ClassUniformSampler(each: 4), data, size: 8, seed: seed)
    }
    #expect(batches.count == 12)
    for pass in stride(from: 0, to: 12, by: 3) {
      #expect(batches[pass..<pass + 3].joined().sorted() == Array(0..<24))
    }
  }

  @Test func everyClassIsAsLikely() {
    let data = Self.data([200, 50, 10])
    var counts: [Int: Int] = [:]
    for seed in 1...20 {
      for batch in Self.batches(ClassUniformSampler(each: 2), data, size: 2, seed: UInt64(seed)) {
        counts.merge(Self.counts(batch, data.labels), uniquingKeysWith: +)
      }
    }
    // There are 2600 batches of one class each.
    #expect(counts.values.allSatisfy { abs($0 - 5200 / 3) < 200 }, "\(counts)")
  }

  @Test func aSmallClassRepeats() {
    let data = Self.data([2, 30])
    let batches = Self.batches(ClassUniformSampler(each: 4), data, size: 8)
    for batch in batches { #expect(Self.counts(batch, data.labels) == [0: 4, 1: 4]) }
    #expect(Set(batches.joined().filter { data.labels[$0] == 0 }).count == 2)
  }

  /// In five turns of four images, one of two classes has three turns and the other two.
  @Test func fewClassesTakeTurns() {
    let data = Self.data([60, 60])
    for batch in Self.batches(ClassUniformSampler(each: 4), data, size: 20) {
      #expect(Self.counts(batch, data.labels).values.sorted() == [8, 12])
      #expect(Set(batch).count == 20)
    }
  }

  // MARK: - SUR

  @Test func superclassesAreNotTheLabels() {
    let data = Self.data([30, 30])
    let superclasses = (0..<60).map { [9, 2, 4][$0 % 3] }
    let sampler = SuperclassUniformSampler(superclasses: superclasses, each: 3)
    for batch in Self.batches(sampler, data, size: 6) {
      let counts = Self.counts(batch, superclasses)
      #expect(counts.count == 2 && counts.values.allSatisfy { $0 == 3 })
    }
  }

  // MARK: - RKD's

  @Test func npairsFillsUpWithClasses() {
    let data = Self.data([30, 3, 20, 1, 40, 0])
    for batch in Self.batches(NPairsSampler(), data, size: 12) {
      #expect(batch.count == 12 && Set(batch).count == 12)
      var left = batch[...]
      var seen: Set<UInt16> = []
      while let first = left.first {
        let label = data.labels[first]
        let run = left.prefix { data.labels[$0] == label }
        #expect(seen.insert(label).inserted, "a class is one run of a batch")
        let members = data.labels.count { $0 == label }
        let isLast = run.count == left.count
        #expect(run.count <= min(5, members))
        #expect(isLast || run.count == min(5, members))
        left = left.dropFirst(run.count)
      }
    }
  }

  @Test func npairsBeginsWithAnyClass() {
    let data = Self.data([30, 30, 30, 30])
    let first = (1...30).flatMap { seed in
      Self.batches(NPairsSampler(each: 4), data, size: 6, seed: seed).map { data.labels[$0[0]] }
    }
    #expect(first.count == 600)
    for label in UInt16(0)..<4 { #expect(abs(first.count { $0 == label } - 150) < 50) }
  }

  @Test func npairsHasNoMoreThanThereAre() {
    let batches = Self.batches(NPairsSampler(each: 2), Self.data([30, 1]), size: 8)
    #expect(batches.map { $0.count } == [3, 3, 3])
  }

  // MARK: - By name

  @Test func everyNameHasItsSampler() throws {
    #expect(
      Samplers.summaries.map { $0.name } == [
        "uniform", "classUniform", "superclassUniform", "npairs",
      ])
    let data = Glyphs.make(count: 40, seed: 1)
    let network = MLP(widths: [6], classes: 16, inputs: 784)
    var random = Random(seed: 1)
    let teacher = Model(
      network: network, weights: network.initialWeights(using: &random))
    func sampler(_ settings: [String: Setting]) throws -> any Sampler {
      try SamplerSettings(settings: settings).sampler(
        for: data, teacher: teacher, normalizedBy: PixelNormalization(of: data))
    }
    #expect(try sampler([:]) is UniformSampler)
    let classes = try sampler(["name": .text("classUniform")])
    #expect((classes as? ClassUniformSampler)?.each == 4)
    let npairs = try sampler(["name": .text("npairs")])
    #expect((npairs as? NPairsSampler)?.each == 5)
    #expect(
      (try sampler(["name": .text("npairs"), "each": .number(2)]) as? NPairsSampler)?.each == 2)

    let superclasses = try #require(
      try sampler(["name": .text("superclassUniform")]) as? SuperclassUniformSampler)
    #expect(Set(superclasses.superclasses) == Set(0..<8), "half as many as classes")
    let features = teacher.features(
      "embedding", of: data, normalizedBy: PixelNormalization(of: data))
    #expect(features.shape == [40, 6])
    #expect(
      superclasses.superclasses == KMeans(of: features, clusters: 8, seed: 0).assignments)
    let three = try sampler(["name": .text("superclassUniform"), "clusters": .number(3)])
    #expect(Set((three as? SuperclassUniformSampler)?.superclasses ?? []) == [0, 1, 2])
  }
}
