public import Distillation

/// How a network is trained.
public struct TrainingSettings: Configurable {
  /// The number of training images to use, with the same number of each class. If it is `nil`, all
  /// are used.
  public var images: Int?

  /// The number of epochs, unless there is a number of steps.
  public var epochs = 10
  /// The number of steps in place of epochs, for trainings of equal steps with batches of different sizes. The last
  /// epoch is shorter if need be.
  public var steps: Int?
  /// The number of images in a batch.
  public var batch = 128
  /// The method of optimisation and its parameters.
  public var optimizer = OptimizerSettings()
  /// The course of the learning rate.
  public var schedule = Schedule()
  /// The random changes to training images.
  public var augmentation = Augmentation()
  /// The sampler that makes up the batches.
  public var sampler = SamplerSettings()

  /// The second view of every batch, which is made if a loss reads an output of it, such as
  /// `logits@virtual`.
  public var view = RandAugment()

  /// Creates settings with their default values.
  public init() {}
  public static let standard = Self()
}
