public import Distillation

/// How a network is trained.
public struct TrainingSettings: Configurable {
  /// How many of the training images are used, the same number of each class; all where there is
  /// no number.
  public var images: Int?

  public var epochs = 10
  public var batch = 128
  public var optimizer = OptimizerSettings()
  public var schedule = Schedule()
  public var augmentation = Augmentation()
  public var sampler = SamplerSettings()

  /// The second view of every batch, where a loss reads an output of it, such as `logits@virtual`.
  public var view = RandAugment()

  public init() {}
}
