public import Tensors

/// A relation that follows from the inner products of the examples, N×N. These are computed once for
/// all such relations of one knowledge, and so is what leads back from them.
public protocol InnerProductRelation: Relation<Tensor> {
  func callAsFunction(_ products: InnerProducts) -> Tensor
}

extension InnerProductRelation {
  public func callAsFunction(_ x: Tensor) -> Tensor { self(InnerProducts(of: x.flattened)) }

  public func gives(_ input: TensorKind) -> TensorKind { .square }

  public func layout(of inputs: [Layout]) -> Layout? { inputs.first?.pairs }

  public func _value<K: Knowledge<Tensor>>(
    of knowledge: K, in role: Role, _ evaluation: inout Evaluation
  ) throws -> Tensor {
    let part = Related(knowledge: knowledge, relation: self)
    return try evaluation.remembered(Evaluation.Key(role: role, part: part)) { evaluation in
      try check(try knowledge._value(in: role, &evaluation), in: role)
      return self(try evaluation.innerProducts(of: knowledge, in: role))
    }
  }
}

extension Evaluation {
  /// The inner products of a knowledge's rows.
  mutating func innerProducts<K: Knowledge<Tensor>>(of knowledge: K, in role: Role) throws
    -> InnerProducts
  {
    let key = Key(role: role, part: InnerProductsOf(knowledge: knowledge))
    return try remembered(key) { evaluation in
      InnerProducts(of: try knowledge._value(in: role, &evaluation).flattened)
    }
  }
}

/// What the inner products of a knowledge are remembered under.
private struct InnerProductsOf<K: Knowledge>: Hashable {
  let knowledge: K
}
