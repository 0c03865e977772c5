public import Distillation

/// Knowledge distillation of language models: at each token, the student's probabilities of the next one
/// follow the teacher's.
///
/// It is `kd` with the temperature of DistillKit's configurations. As there, a token whose label is −100 is
/// left out, if there are labels; they are aligned with the logits.
public struct TokenKD: PaperModule {
  public static let citation = Citation(
    "Distilling the Knowledge in a Neural Network", "Hinton, Vinyals, Dean",
    "NIPS Deep Learning Workshop 2014; for tokens, DistillKit",
    "https://arxiv.org/abs/1503.02531")

  /// T, the temperature of both softmaxes.
  public var temperature: Double
  /// Makes the loss with these parameters.
  public init(temperature: Double = 1) { self.temperature = temperature }
  public static let standard = Self()

  public static let equation = "L = T² · 1/K Σₖ KL(softmax(tₖ/T) ‖ softmax(sₖ/T)) over the K tokens"
  public var body: some LossTerm {
    temperature * temperature
      * match(.labeledLogits, with: .klDivergence(temperature: temperature))
  }

  public static let name = "tokenKd"
  public static let ranges = ["temperature": ClosedRange.temperature]
  public static let invariances: [Invariance] = [.batchOrder, .shift, .tokenOrder]
  public static let brings: [any Part.Type] = [LabeledLogits.self]
}
