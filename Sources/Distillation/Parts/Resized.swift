public import Tensors

/// Maps N×C×H×W averaged to the other network's height and width, where these are smaller: the larger maps of
/// the two networks become as small as the others.
public struct Resized: PairedRelation, Configurable {
  public static let summary = "Maps averaged to the other network's size, if that is smaller."

  /// Makes the relation.
  public init() {}
  public static let standard = Self()

  public var accepts: TensorKind { .maps }

  public func gives(_ input: TensorKind) -> TensorKind { .maps }

  public func callAsFunction(_ x: Tensor, beside other: [Int]) -> Tensor {
    guard other.count == 4 else { return x }
    return x.averagePooled(height: min(x.shape[2], other[2]), width: min(x.shape[3], other[3]))
  }
}

extension Relation where Self == Resized {
  /// Maps averaged to the other network's size, if that is smaller.
  public static var resized: Resized { .standard }
}

extension Relation {
  /// This relation, then ``Resized``.
  public var resized: Chain<Self, Resized> { then(.resized) }
}
