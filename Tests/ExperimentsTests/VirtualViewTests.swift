import Foundation
import Kindred
import Tensors
import TestSupport
import Testing

@testable import Experiments
@testable import Training

/// The second view of a batch, from the images to the loss.
@Suite struct VirtualViewTests {
  let glyphs = Glyphs.make(count: 24, seed: 1)

  func batches(
    view: RandAugment?, size: Int = 8, seed: UInt64 = 1, epoch: Int = 0
  ) -> Batches {
    var augmentation = Augmentation()
    augmentation.shift = 2
    return Batches(
      of: glyphs, size: size, sampler: UniformSampler(),
      normalization: PixelNormalization(of: glyphs), augmentation: augmentation, view: view,
      seed: seed, epoch: epoch)
  }

  /// The second view of every image, by the image's index.
  func views(size: Int = 8, seed: UInt64 = 1, epoch: Int = 0) throws -> [Int: [Float]] {
    try batches(view: RandAugment(), size: size, seed: seed, epoch: epoch).reduce(into: [:]) {
      views, batch in
      let scalars = try #require(batch.virtualImages).scalars
      #expect(batch.virtualImages?.shape == batch.images.shape)
      for (position, index) in batch.indices.enumerated() {
        views[index] = Array(scalars[position * 784..<(position + 1) * 784])
      }
    }
  }

  @Test func chanceFollowsTheImage() throws {
    let known = try views()
    #expect(known.count == 24)
    #expect(try views(size: 3) == known)
    #expect(try views(epoch: 1) != known)
    #expect(try views(seed: 2) != known)
    for threads in [1, 2] {
      #expect(try Parallel.$threads.withValue(threads) { try views() } == known)
    }
    // The expected image is made by hand: augmented like the first view, then changed.
    var augmentation = Augmentation()
    augmentation.shift = 2
    var image = glyphs.image(at: 7)
    var random = Random(seed: 1, "augmentation", "epoch 0", index: 7)
    _ = augmentation.apply(to: &image, using: &random)
    random = Random(seed: 1, "view", "epoch 0", index: 7)
    RandAugment().apply(to: &image, using: &random)
    let table = PixelNormalization(of: glyphs).tables[0]
    #expect(known[7] == image.pixels.map { table[Int($0)] })
  }

  @Test func theFirstViewStaysAsItIs() {
    let (one, two) = (Array(batches(view: nil)), Array(batches(view: RandAugment())))
    #expect(one.map { $0.images.scalars } == two.map { $0.images.scalars })
    #expect(one.allSatisfy { $0.virtualImages == nil })
  }

  // MARK: - Through networks

  func network() -> (ResNet, Weights) {
    let network = ResNet(depth: 8, width: 2, classes: 3)
    var random = Random(seed: 1, "test")
    return (network, network.initialWeights(using: &random))
  }

  let pair = Batch(
    indices: [0, 1, 2, 3], images: noise([4, 1, 8, 8], seed: 1),
    virtualImages: noise([4, 1, 8, 8], in: 0...3, seed: 2), labels: [0, 1, 2, 0])

  @Test func aNetworkSeesBoth() throws {
    let (network, weights) = network()
    let outputs = network.outputs(
      on: pair, weights, .inference, giving: ["logits", "logits@virtual", "embedding@virtual"]
    ).outputs
    #expect(outputs.labels == [0, 1, 2, 0])
    #expect(
      outputs.tensors.keys.sorted() == ["embedding@virtual", "logits", "logits@virtual"])
    let virtual = network(
      try #require(pair.virtualImages), weights, .inference, giving: ["logits", "embedding"]
    ).outputs
    #expect(try outputs["logits@virtual"].scalars == virtual["logits"].scalars)
    #expect(try outputs["embedding@virtual"].scalars == virtual["embedding"].scalars)
    let real = network(pair.images, weights, .inference, giving: ["logits"]).outputs
    #expect(try outputs["logits"].scalars == real["logits"].scalars)
    #expect(try outputs["logits"].scalars != outputs["logits@virtual"].scalars)
  }

  /// Each view is normalised by its own statistics. The running ones take in the first view, then
  /// the second.
  @Test func batchNormalizationOfTwoPasses() throws {
    var (network, weights) = network()
    let (outputs, statistics) = network.outputs(
      on: pair, weights, .training, giving: ["logits", "logits@virtual"])
    let first = network(pair.images, weights, .training, giving: ["logits"])
    weights.statistics = first.statistics
    let second = network(
      try #require(pair.virtualImages), weights, .training, giving: ["logits"])
    #expect(try outputs["logits"].scalars == first.outputs["logits"].scalars)
    #expect(try outputs["logits@virtual"].scalars == second.outputs["logits"].scalars)
    #expect(
      statistics.mapValues { $0.scalars } == second.statistics.mapValues { $0.scalars })
    let name = "stem.mean"
    #expect(first.statistics[name]?.scalars != second.statistics[name]?.scalars)
  }

  // MARK: - In a recipe

  func results(_ rows: [String], _ changes: [String] = []) throws -> Results {
    try Experiment(
      ExperimentTests.recipe(rows, ["seeds=[1]", "student.training.epochs=1"] + changes),
      registry: .linked
    ).run { _, _ in }
  }

  func losses(_ results: Results) -> [[Double]] {
    results.rows.map { $0.history[0].epochs[0].terms.compactMap { $0.value } }
  }

  @Test func bothNetworksSeeIt() throws {
    let rows = ["ce + match(logits, with: meanSquare) + match(logits@virtual, with: meanSquare)"]
    // Without operations, the second view equals the first.
    let same = losses(try results(rows, ["student.training.view.operations=0"]))[0]
    #expect(same[1] == same[2])
    let other = losses(try results(rows))[0]
    #expect(other[0] != same[0], "the gradient is another")
    #expect(other[1] != other[2])
    let strong = losses(try results(rows, ["student.training.view.strength=1"]))[0]
    #expect(strong[2] != other[2])
  }

  @Test func oneThreadOrTwoGiveTheSameBits() throws {
    let rows = ["ce + match(embedding@virtual, by: squaredDistances, with: meanSquare)"]
    let changes = [
      "student.network=resnet8:2", "teacher.network=resnet8:2", "data.test=16",
      "teacher.training.epochs=1", "student.training.images=32",
      "student.training.sampler={name: 'superclassUniform', clusters: 5}",
      "evaluation={recall: [1, 2], neighbours: [3]}",
    ]
    let one = try Parallel.$threads.withValue(1) { try results(rows, changes) }
    let two = try Parallel.$threads.withValue(2) { try results(rows, changes) }
    #expect(
      try ExperimentTests.withoutSeconds(one) == ExperimentTests.withoutSeconds(two))
  }

  @Test(arguments: [
    (
      "ce + match(logits@strong, with: meanSquare)",
      "rows[0].loss: the teacher (mlp:16): no view 'strong' of 'logits'; the only one is 'logits@virtual'"
    ),
    (
      "ce + match(stage1@virtual, with: meanSquare)",
      """
      rows[0].loss: the teacher (mlp:16): no output 'stage1'; choose from 'hidden1', 'embedding', 'logits'
      """
    ),
    (
      "ce + match(output(layer: \"hidden1@\"), with: meanSquare)",
      """
      rows[0].loss: the teacher (mlp:16): no view '' of 'hidden1'; the only one is \
      'hidden1@virtual'
      """
    ),
  ])
  func otherViewsAreErrors(_ row: String, _ message: String) throws {
    let recipe = try ExperimentTests.recipe([row.replacing("\"", with: "\\\"")])
    let error = #expect(throws: SettingError.self) {
      try Experiment(recipe, registry: .linked)
    }
    #expect(error?.description == message)
  }
}
