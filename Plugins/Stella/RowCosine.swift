public import Distillation
public import Tensors

/// 1/n Σᵢ (1 − cos(sᵢ, tᵢ)), the mean over rows; 1 for a row of zeros in either network, whose gradient is 0.
public struct RowCosine: Matcher, Configurable {
  /// Makes the matcher.
  public init() {}
  public static let standard = Self()
  public static let summary = "1 − cos(sᵢ, tᵢ), averaged over rows."
  public var accepts: TensorKind { .rows }

  // Two rows of zeros have no direction in common.
  public var isZeroForOneNumber: Bool { false }

  public func callAsFunction(student s: Tensor, teacher t: Tensor) -> Tensor {
    let u = s.flattened.atUnitScale().normalized()
    let v = t.flattened.atUnitScale().normalized()
    // 1 − ⟨u, v⟩ = ‖u − v‖²/2 for unit vectors. Directions that nearly agree lose no figures in this form.
    let areBoth = u.areNotZero * v.areNotZero
    return (areBoth * (u - v).squared().sum(axis: 1) / 2 + (1 - areBoth)).mean()
  }
}

extension Tensor {
  /// 1 for each row that has a length, and 0 for others. It is a constant.
  fileprivate var areNotZero: Tensor {
    let lengths = detached.norm(axis: 1)
    return lengths.dividedOrZero(by: lengths)
  }
}
