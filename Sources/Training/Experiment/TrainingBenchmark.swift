import Distillation
import Foundation
import Tensors

/// Times steps of training, and inference, of one network on images of noise.
public struct TrainingBenchmark: Sendable {
  private let network: any Network
  private let batch: Int
  private let steps: Int

  /// Throws ``TrainingError/unknownNetwork(_:)``.
  public init(network name: String, batch: Int, steps: Int) throws {
    network = try Networks.named(name, classes: 10, height: 28, width: 28)
    (self.batch, self.steps) = (batch, steps)
  }

  /// Images a second, by the median step.
  public func run() throws -> (trained: Double, inferred: Double) {
    var random = Random(seed: 0, "benchmark")
    let images = Tensor(shape: [batch, 1, 28, 28]) { images in
      for i in images.indices { images[i] = random.normal() }
    }
    let labels = (0..<batch).map { _ in random.integer(below: 10) }
    let example = Batch(indices: Array(0..<batch), images: images, labels: labels)
    var student = TrainedNetwork(
      network: network, weights: network.initialWeights(using: &random))
    let trainer = Trainer(
      loss: LossGraph(CrossEntropy()), settings: TrainingSettings(), teacher: nil,
      name: "benchmark", seed: 0)
    var optimizer = Optimizer(trainer.settings.optimizer, for: student.weights)
    let trained = try median {
      _ = try trainer.step(&student, &optimizer, example, rate: 0.05)
    }
    let inferred = median { _ = student.outputs(on: images, giving: ["logits"]) }
    return (Double(batch) / trained, Double(batch) / inferred)
  }

  private func median(_ body: () throws -> Void) rethrows -> Double {
    for _ in 0..<3 { try body() }
    let times = try (0..<steps).map { _ in
      let start = ContinuousClock.now
      try body()
      let time = ContinuousClock.now - start
      return Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    }
    return times.sorted()[steps / 2]
  }
}
