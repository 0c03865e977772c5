/// How long a training is: its steps, and the epochs that they take.
package struct TrainingLength: Equatable, Sendable {
  /// The number of steps in all.
  package let steps: Int
  /// The number of epochs. The last one may be shorter.
  package let epochs: Int
  /// The number of steps of every epoch but a short last one.
  package let stepsPerEpoch: Int

  /// The steps of an epoch, which is counted from 0.
  package func steps(ofEpoch epoch: Int) -> Int {
    min(stepsPerEpoch, max(0, steps - epoch * stepsPerEpoch))
  }
}

extension TrainingSettings {
  /// The length of a training on so many images.
  package func length(images: Int) -> TrainingLength {
    length(stepsPerEpoch: UniformSampler.batchCount(of: images, size: batch))
  }

  /// The length of a training whose sampler makes so many batches.
  func length(stepsPerEpoch: Int) -> TrainingLength {
    guard let steps else {
      return TrainingLength(
        steps: epochs * stepsPerEpoch, epochs: epochs, stepsPerEpoch: stepsPerEpoch)
    }
    return TrainingLength(
      steps: steps, epochs: (steps + stepsPerEpoch - 1) / max(stepsPerEpoch, 1),
      stepsPerEpoch: stepsPerEpoch)
  }
}
