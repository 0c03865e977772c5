package import Distillation
import Foundation
import Tensors

/// Times training steps and inference of one network on images of noise.
package struct TrainingBenchmark: Sendable {
  package struct Figures: Sendable {
    /// Images per second, from the median of the steps.
    package let trained, inferred: Double
    /// The share of a step that is spent on the loss and its gradient at the student's outputs.
    package let lossShare: Double
    /// The growth of the peak of resident memory over the counted steps, in megabytes.
    package let growth: Double
    /// The number of tensor buffers that these steps took from the system.
    package let buffers: Int
  }

  private let network: any Network
  private let teacher: any Network
  private let loss: LossGraph
  private let batch: Int
  private let steps: Int

  /// A benchmark of these networks with random weights.
  ///
  /// - Parameters:
  ///   - name: The network that is trained.
  ///   - teacher: The network that the loss compares it with, if it does; by default one of the
  ///     same name.
  ///   - networks: The networks that have names.
  ///   - loss: The loss to train with.
  ///   - batch: The number of images in a step.
  ///   - steps: The number of steps that are counted.
  /// - Throws: ``TrainingError/unknownNetwork(_:available:)``, and ``DistillationError`` if the
  ///   loss reads an output that a network does not have.
  package init(
    network name: String, teacher: String? = nil, of networks: Networks = .standard,
    loss: LossGraph, batch: Int, steps: Int
  ) throws {
    network = try networks.named(name, classes: 10, shape: ImageShape(height: 28, width: 28))
    self.teacher = try networks.named(
      teacher ?? name, classes: 10, shape: ImageShape(height: 28, width: 28))
    (self.loss, self.batch, self.steps) = (loss, batch, steps)
    for (role, network) in [(Role.student, network), (.teacher, self.teacher)] {
      let names = network.outputNames
      for name in loss.outputs(of: role) {
        guard let known = name.resolved(among: names), names.contains(known) else {
          throw DistillationError.missingOutput("\(name)", available: names, of: role)
        }
      }
    }
  }

  /// The least number of scalars that a step needs per image: its pixels, and the network's outputs
  /// with their gradients.
  package var floatsPerImage: Int {
    var random = Random(seed: 0, "benchmark")
    let image = random.normal(shape: [1, 1, 28, 28])
    let outputs = Model.blank(network).outputs(on: image, giving: network.outputNames)
    return image.count + 2 * outputs.tensors.values.reduce(0) { $0 + $1.count }
  }

  /// Takes the measurements.
  ///
  /// - Throws: The errors of the loss if outputs do not fit it.
  package func run() throws -> Figures {
    var random = Random(seed: 0, "benchmark")
    let images = random.normal(shape: [batch, 1, 28, 28])
    let labels = (0..<batch).map { _ in random.integer(below: 10) }
    let example = Batch(indices: Array(0..<batch), images: images, labels: labels)
    let start = Model(
      network: network, weights: network.initialWeights(using: &random))
    let teacher = Model(
      network: teacher, weights: teacher.initialWeights(using: &random))
    let trainer = Trainer(
      loss: loss, settings: TrainingSettings(), teacher: teacher, name: "benchmark", seed: 0)
    var trainee = try trainer.trainee(start, on: example)
    func learn() throws { _ = try trainer.step(&trainee, on: example, rate: 0.05) }
    for _ in 0..<3 { try learn() }
    let (memory, buffers) = (ResidentMemory.peak, BufferPool.statistics.requests)
    let step = try median(learn)
    let student = trainee.model
    let growth = ResidentMemory.peak - memory
    let requests = BufferPool.statistics.requests - buffers
    let outputs = [(Role.student, student), (.teacher, teacher)].map { role, network in
      network.network.outputs(
        on: example, network.weights, .inference, giving: loss.outputs(of: role)
      )
      .outputs
    }
    func evaluate() throws {
      _ = try loss.evaluate(
        student: outputs[0], teacher: outputs[1], at: Moment(), state: trainee.lossState)
    }
    func infer() { _ = student.outputs(on: images, giving: ["logits"]) }
    for _ in 0..<3 {
      try evaluate()
      infer()
    }
    let (evaluation, inference) = (try median(evaluate), median(infer))
    return Figures(
      trained: Double(batch) / step, inferred: Double(batch) / inference,
      lossShare: evaluation / step, growth: growth, buffers: requests)
  }

  private func median(_ body: () throws -> Void) rethrows -> Double {
    let times = try (0..<steps).map { _ in
      let start = ContinuousClock.now
      try body()
      let time = ContinuousClock.now - start
      return Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    }
    return times.sorted()[steps / 2]
  }
}
