public import Tensors

/// A relation that follows from the inner products of the examples, N×N. These are computed once for
/// all such relations of one knowledge, and so is what leads back from them.
public protocol InnerProductRelation: Relation<Tensor> {
  func callAsFunction(_ products: InnerProducts) -> Tensor
}

extension InnerProductRelation {
  public func callAsFunction(_ x: Tensor) -> Tensor { self(InnerProducts(of: x.flattened)) }

  public func gives(_ input: TensorKind) -> TensorKind { .square }

  public func _value<K: Knowledge<Tensor>>(
    of knowledge: K, in role: Role, _ evaluation: inout Evaluation
  ) throws -> Tensor {
    let part = Related(knowledge: knowledge, relation: self)
    return try evaluation.remembered(Evaluation.Key(role: role, part: part)) { evaluation in
      let x = try knowledge._value(in: role, &evaluation)
      try check(x, in: role)
      let key = Evaluation.Key(role: role, part: InnerProductsOf(knowledge: knowledge))
      return self(evaluation.remembered(key) { _ in InnerProducts(of: x.flattened) })
    }
  }
}

/// What the inner products of a knowledge are remembered under.
private struct InnerProductsOf<K: Knowledge>: Hashable {
  let knowledge: K
}
