import Distillation
import Tensors
import Testing

@testable import Training

/// What a network sees that reads images in a size, and normalised, of its own.
@Suite struct AdaptedNetworkTests {
  /// A network that gives back what it reads.
  private struct Probe: Network {
    var name: String { "probe" }
    var outputNames: [String] { ["embedding", "logits"] }
    func initialWeights(using random: inout Random) -> Weights { Weights() }

    func callAsFunction(
      _ images: Tensor, _ weights: Weights, _ pass: Pass, giving names: [String]
    ) -> (outputs: Outputs, statistics: [String: Tensor]) {
      (Outputs(Dictionary(uniqueKeysWithValues: names.map { ($0, images) })), [:])
    }
  }

  private func input(_ height: Int, _ width: Int, _ means: [Double], _ deviations: [Double])
    -> ModelInput
  {
    ModelInput(
      shape: ImageShape(channels: 2, height: height, width: width), isOfFeatures: false,
      normalization: PixelNormalization(means: means, standardDeviations: deviations))
  }

  /// Smaller, larger, and the other way round along each axis; compared with the mean of many points of
  /// each pixel's area.
  @Test(arguments: [((5, 7), (3, 3)), ((3, 3), (5, 5)), ((4, 6), (2, 2)), ((2, 5), (4, 3))])
  func pixelsAreMeansOfAreas(old: (Int, Int), new: (Int, Int)) throws {
    let given = input(old.0, old.1, [0.3, 0.5], [0.2, 0.25])
    let own = input(new.0, new.1, [0.1, 0.7], [0.5, 0.4])
    var random = Random(seed: 1, "adapted")
    let levels = (0..<3 * 2 * old.0 * old.1).map { _ in Double(random.uniform(in: 0..<1)) }
    func channel(_ plane: Int) -> Int { plane % 2 }
    let images = levels.indices.map { index in
      let c = channel(index / (old.0 * old.1))
      return Float(
        (levels[index] - given.normalization.means[c]) / given.normalization.standardDeviations[c])
    }
    let network = AdaptedNetwork(Probe(), reading: own, of: given)
    let seen = try #require(
      network(
        Tensor(images, shape: [3, 2, old.0, old.1]), Weights(), .inference, giving: ["logits"]
      ).outputs.tensors["logits"])
    #expect(seen.shape == [3, 2, new.0, new.1])
    // Points so fine that every border between pixels of either size falls between two of them.
    let fine = (old.0 * new.0, old.1 * new.1)
    for plane in 0..<6 {
      for row in 0..<new.0 {
        for column in 0..<new.1 {
          var sum = 0.0
          for y in row * old.0..<(row + 1) * old.0 {
            for x in column * old.1..<(column + 1) * old.1 {
              sum += levels[(plane * old.0 + y * old.0 / fine.0) * old.1 + x * old.1 / fine.1]
            }
          }
          let c = channel(plane)
          let expected =
            (sum / Double(old.0 * old.1) - own.normalization.means[c])
            / own.normalization.standardDeviations[c]
          let found = seen.scalars[(plane * new.0 + row) * new.1 + column]
          #expect(abs(Double(found) - expected) < 1e-5)
        }
      }
    }
  }
}
