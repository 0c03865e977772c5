public import Tensors

/// A relation whose value, a stack of N×N×N entries among the N examples, need never be held: the
/// penalties of an elementwise matcher are summed slice by slice, loss and gradient in one pass.
public protocol StreamedRelation: Relation<Tensor> {
  /// The sums of ℓ(ψ(student) − ψ(teacher)) over the entries of three different examples, and over
  /// the others, which have no gradient.
  func penalties(
    student: Tensor, teacher: Tensor, by penalty: Penalty
  ) -> (distinct: Tensor, others: Double)

  /// Some entries of the value, by their index in row-major order.
  func values(of x: Tensor, at entries: [Int]) -> Tensor
}

extension StreamedRelation {
  public func gives(_ input: TensorKind) -> TensorKind { .stack }

  public func _streamed<S: Knowledge<Tensor>, T: Knowledge<Tensor>>(
    student: S, teacher: T, with matcher: any ElementwiseMatcher, choosing random: inout Random,
    _ evaluation: inout Evaluation
  ) throws -> Tensor? {
    let s = try student._value(in: .student, &evaluation)
    let t = try teacher._value(in: .teacher, &evaluation)
    try check(s, in: .student)
    try check(t, in: .teacher)
    let n = s.shape[0]
    guard t.shape[0] == n else {
      throw DistillationError.unequalShapes(formula, student: s.shape, teacher: t.shape)
    }
    let all = Entries(shape: [n, n, n], kind: .stack, reduction: matcher.reduction)
    if let chosen = all.chosen(matcher.tuples, using: &random) {
      return all.reduced(matcher.penalty(values(of: s, at: chosen) - values(of: t, at: chosen)))
    }
    let (distinct, others) = penalties(student: s, teacher: t, by: matcher.penalty)
    return matcher.reduction(distinct: distinct, others: others, shape: [n, n, n])
  }
}
