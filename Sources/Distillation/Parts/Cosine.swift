public import Tensors

/// 1 − ⟨S, T⟩ / (‖S‖ ‖T‖), where all entries of a value are one vector.
///
/// 1 where one of the two has no length, and 0 where neither has; the gradient is 0 then. Exactly 0
/// where S = T.
public struct Cosine: Matcher, Configurable {
  public static let summary = "1 − ⟨S, T⟩ / (‖S‖ ‖T‖), where all entries of a value are one vector."

  public init() {}
  public static let standard = Self()

  public func callAsFunction(student s: Tensor, teacher t: Tensor) -> Tensor {
    let u = s.reshaped([1, s.count]).atUnitScale().normalized()
    let v = t.reshaped([1, t.count]).atUnitScale().normalized()
    // Half the squared distance of the directions loses no figures where they nearly agree. Their
    // lengths are 0 or 1, but for rounding, which is no reason to move.
    let lengths = u.detached.squared().sum() - v.squared().sum()
    return ((u - v).squared().sum() + lengths.abs()) / 2
  }
}
