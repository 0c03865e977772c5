public import Distillation

extension Matcher where Self == OrderLikelihood {
  /// −log P of the teacher's order of neighbours at the student's distances.
  public static var orderLikelihood: OrderLikelihood { .standard }

  /// −log P of the teacher's order of neighbours at the student's distances.
  public static func orderLikelihood(
    alpha: Double = OrderLikelihood.standard.alpha, beta: Double = OrderLikelihood.standard.beta,
    length: Int = OrderLikelihood.standard.length
  ) -> OrderLikelihood {
    OrderLikelihood(alpha: alpha, beta: beta, length: length)
  }
}
