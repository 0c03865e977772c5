public import Tensors

/// 1 − ⟨S, T⟩ / (‖S‖ ‖T‖), where all entries of a value are one vector.
///
/// It is exactly 0 if S = T. If one of the two has no length it is 1, and if neither has it is 0; the
/// gradient is then 0.
public struct Cosine: Matcher, Configurable {
  public static let summary = "1 − ⟨S, T⟩ / (‖S‖ ‖T‖), with all entries of a value as one vector."

  /// Makes the matcher.
  public init() {}
  public static let standard = Self()

  public func callAsFunction(student s: Tensor, teacher t: Tensor) -> Tensor {
    let u = s.reshaped([1, s.count]).atUnitScale().normalized()
    let v = t.reshaped([1, t.count]).atUnitScale().normalized()
    // Half the squared distance of the directions loses no figures if they nearly agree. Their lengths
    // are 0 or 1 up to rounding, and rounding is no reason to move.
    let lengths = u.detached.squared().sum() - v.squared().sum()
    return ((u - v).squared().sum() + lengths.abs()) / 2
  }
}
