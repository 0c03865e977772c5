public import Distillation

extension Knowledge where Self == LabeledLogits {
  /// The logits of each example, token or pixel whose label is not −100.
  public static var labeledLogits: LabeledLogits { .standard }
}
