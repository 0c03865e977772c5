import SkipNet
import Testing
import Training

@Suite struct SkipNetTests {
  /// Outputs, statistics and gradients.
  @Test func isANetwork() throws {
    let images = ImageShape(channels: 3, height: 9, width: 8)
    let network = try SkipNet(sizes: [4], classes: 5, images: images)
    #expect(network.problems(on: images, classes: 5) == [])
  }
}
