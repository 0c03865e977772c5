public import Tensors

/// A relation of two layers, each averaged over height and width first: `pooled.layerDistances`.
public struct PooledLayers<R: Relation<TensorPair>>: Relation {
  let relation: R

  public static var summary: String { "\(Pooled.name) of both layers, then \(R.name)." }

  public var accepts: TensorKind { Pooled().accepts }

  public func admits(_ x: TensorPair) -> Bool {
    Pooled().admits(x.first) && Pooled().admits(x.second) && relation.admits(x.pooled)
  }

  public var takes: String { "\(relation.takes), averaged over height and width" }

  public func gives(_ input: TensorKind) -> TensorKind { relation.gives(input) }

  public func layout(of inputs: [Layout]) -> Layout? {
    let pooled = inputs.compactMap { Pooled().layout(of: [$0]) }
    return pooled.count == inputs.count ? relation.layout(of: pooled) : nil
  }

  public var smallestDivisor: Double? { relation.smallestDivisor }

  public func callAsFunction(_ x: TensorPair) -> Tensor { relation(x.pooled) }

  public var formula: String { "\(Pooled.name).\(relation.formula)" }

}

extension PooledLayers: StepwiseRelation {
  var ownSteps: [String] { [Pooled.name, relation.formula] }
}

extension Pooled {
  /// The relation of two layers, each of which is averaged over height and width first.
  public func then<R: Relation<TensorPair>>(_ relation: R) -> PooledLayers<R> {
    PooledLayers(relation: relation)
  }
}

extension TensorPair {
  fileprivate var pooled: TensorPair { TensorPair(Pooled()(first), Pooled()(second)) }
}
