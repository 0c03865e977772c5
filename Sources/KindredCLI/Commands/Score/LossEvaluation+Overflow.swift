import Distillation

extension LossEvaluation {
  /// Checks that the result is finite. The inputs were, so a number that is not exceeds Float32.
  func checkFinite() throws(CommandError) {
    if let overflow { throw .failed(overflow) }
  }
}
