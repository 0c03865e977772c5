public import Distillation
public import Tensors

/// A graph divided by its largest entry, or as it is. A graph without a positive entry becomes zero.
public struct GraphNormalized: Relation, SharedParameters {
  /// The divisor of a graph.
  public enum Divisor: String, Codable, CaseIterable, Sendable {
    /// Its largest entry.
    case max
    /// Nothing: the graph stays as it is.
    case none
  }

  /// The divisor of a graph: its largest entry, or nothing.
  public var normalize: Divisor

  /// Whether the maximum is a constant, through which no gradient flows.
  public var detachMax: Bool

  /// Makes the relation with these parameters.
  public init(normalize: Divisor = .max, detachMax: Bool = true) {
    (self.normalize, self.detachMax) = (normalize, detachMax)
  }
  public static let standard = Self()
  public static let summary = "A graph divided by its largest entry, or as it is."
  public var accepts: TensorKind { .any }
  public func gives(_ input: TensorKind) -> TensorKind { input }
  public func layout(of inputs: [Layout]) -> Layout? { inputs.first }

  public func callAsFunction(_ graph: Tensor) -> Tensor {
    switch normalize {
    case .max: DividedByMaximum().with(\.detached, detachMax)(graph)
    case .none: graph
    }
  }
}
