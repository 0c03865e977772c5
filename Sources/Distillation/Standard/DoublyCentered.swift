public import Tensors

/// H K H, H = 1 − 1/n: a square matrix whose rows and columns all have mean zero.
///
/// What is left of a kernel or of distances when the mean example is taken out, as in the centred
/// kernel alignment (`gram.doublyCentered`) and the distance correlation.
public struct DoublyCentered: Relation, Configurable {
  public static let summary = "A square matrix without the means of its rows and columns."

  public init() {}

  public var accepts: TensorKind { .square }

  public func gives(_ input: TensorKind) -> TensorKind { .square }

  public func layout(of inputs: [Layout]) -> Layout? { inputs.first }

  public func callAsFunction(_ k: Tensor) -> Tensor { k.centered(axis: 0).centered(axis: 1) }
}

extension Relation {
  /// This relation with the means of its rows and columns taken out.
  public var doublyCentered: Chain<Self, DoublyCentered> { then(DoublyCentered()) }
}
