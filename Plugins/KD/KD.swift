public import Distillation

/// Knowledge distillation: the student's softened probabilities follow the teacher's.
///
/// The square of the temperature keeps the gradient's size beside a task loss as the temperature
/// changes. The sum runs over classes and the mean over examples, as in RepDistiller and
/// mdistiller.
public struct KD: PaperModule {
  public static let citation = Citation(
    "Distilling the Knowledge in a Neural Network", "Hinton, Vinyals, Dean",
    "NIPS Deep Learning Workshop 2014", "https://arxiv.org/abs/1503.02531")

  /// T, the temperature of both softmaxes.
  public var temperature: Double
  /// Makes the loss with these parameters.
  public init(temperature: Double = 4) { self.temperature = temperature }
  public static let standard = Self()

  public static let equation = "L = T² · 1/n Σᵢ KL(softmax(tᵢ/T) ‖ softmax(sᵢ/T))"
  public var body: some LossTerm {
    temperature * temperature * match(.logits, with: .klDivergence(temperature: temperature))
  }

  public static let ranges = ["temperature": ClosedRange.temperature]
  public static let invariances: [Invariance] = [.batchOrder, .shift]
}
