import Distillation
package import Tensors

extension Trainer {
  /// How far a training has come. Random choices and batches depend only on the seed, the epoch and
  /// the step, so nothing outside this state decides how the training goes on.
  public struct State: Sendable {
    /// The network and everything that is learned with it.
    package internal(set) var trainee: Trainee

    /// The results of the finished epochs.
    public package(set) var history: [Epoch] = []

    /// The number of steps taken in the epoch that has begun.
    public package(set) var step = 0

    /// The sums of the losses over these steps.
    package var sums: LossSums
    package var seconds = 0.0

    /// The network in its present state.
    public var model: Model { trainee.model }

    /// The state before the first step.
    fileprivate init(_ trainee: Trainee, terms: Int) {
      self.trainee = trainee
      sums = LossSums(terms: terms)
    }

    /// Adds the results of an epoch, and resets the sums for the next.
    mutating func finish(_ epoch: Epoch) {
      history.append(epoch)
      (step, seconds) = (0, 0)
      sums = LossSums(terms: sums.values.count)
    }

    /// Takes over the tensors of a trainee that has taken so many steps.
    ///
    /// - Throws: ``TrainingError/foreignWeights(_:)`` or ``TrainingError/foreignLoss(_:)``.
    package mutating func restore(_ tensors: [String: Tensor], optimizerSteps: Int) throws {
      trainee = try trainee.replaced(with: tensors, steps: optimizerSteps)
    }
  }
}

extension Trainer {
  /// The state of a training before its first step.
  ///
  /// - Parameters:
  ///   - model: The network, before its first step.
  ///   - images: The images to train on. Outputs on some of them shape the tensors of the loss.
  ///   - normalization: The normalisation of the pixels.
  /// - Returns: The state.
  /// - Throws: The errors of the loss.
  package func start(
    _ model: Model, on images: ImageDataSet, normalizedBy normalization: PixelNormalization
  ) throws -> State {
    let trainee =
      loss.ownsTensors && images.count > 0
      ? try trainee(model, on: firstBatch(of: images, normalizedBy: normalization))
      : Trainee(model, LossTensors(of: loss, settings.optimizer), settings.optimizer)
    return State(trainee, terms: loss.reportedSummands.count)
  }

  /// A network before its first step, with the first values of the tensors of the loss. They depend
  /// on the seed and on the shapes of the outputs on a batch.
  ///
  /// - Throws: The errors of the loss.
  package func trainee(_ model: Model, on batch: Batch) throws -> Trainee {
    var owned: [LossGraph.OwnedTensor] = []
    if loss.ownsTensors {
      let (student, _) = model.network.outputs(
        on: batch, model.weights, .inference, giving: loss.outputs(of: .student))
      owned = try loss.ownedTensors(
        student: student, teacher: try target(on: batch) ?? [:], seed: seed)
    }
    return Trainee(
      model, LossTensors(of: loss, owning: owned, settings.optimizer), settings.optimizer)
  }

  /// A batch of the first images, as many as a batch of the training has.
  package func firstBatch(
    of images: ImageDataSet, normalizedBy normalization: PixelNormalization
  ) throws -> Batch {
    let few = try images.first(min(settings.batch, images.count))
    return Batches(
      of: few, size: few.count, sampler: SequentialSampler(), normalization: normalization,
      augmentation: settings.augmentation, view: settings.view, seed: 0, epoch: 0)[0]
  }
}
