import Tensors
import Testing

@testable import Training

@Suite struct FewShotTests {
  /// Classes at this distance from each other, with noise of spread 1 in each of eight directions.
  func features(apart distance: Double) -> (features: Tensor, labels: [Int]) {
    let labels = (0..<120).map { $0 % 6 }
    var random = Random(seed: 7, "few-shot")
    var features = [Float]()
    for label in labels {
      for k in 0..<8 {
        features.append(random.normal() + Float(k == label ? distance : 0))
      }
    }
    return (Tensor(features, shape: [120, 8]), labels)
  }

  @Test func classesFarApartAreToldApart() {
    var settings = FewShotSettings()
    (settings.ways, settings.shots, settings.episodes) = (5, [1, 5], 60)
    let (far, labels) = features(apart: 100)
    #expect(settings.accuracies(of: far, labels: labels) == [1, 1])
    let (same, _) = features(apart: 0)
    for accuracy in settings.accuracies(of: same, labels: labels) {
      #expect(abs(accuracy - 0.2) < 0.05, "chance")
    }
    let (near, _) = features(apart: 3)
    let accuracies = settings.accuracies(of: near, labels: labels)
    #expect(accuracies[0] > 0.5 && accuracies[1] > accuracies[0] && accuracies[1] < 1)
    #expect(settings.accuracies(of: near, labels: labels) == accuracies)
    #expect(settings.names == ["1-shot", "5-shot"])
  }
}
