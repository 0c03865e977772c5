public import Tensors

// MARK: - Relations of rows

/// G = Q Qᵀ, N×N, where each row of Q holds an example's features.
public struct Gram: InnerProductRelation, Configurable {
  public static let summary = "Q Qᵀ, the inner product of every two examples."

  /// Makes the relation.
  public init() {}
  public static let standard = Self()

  public func callAsFunction(_ products: InnerProducts) -> Tensor { products.gram }
}

/// ⟨xᵢ, xⱼ⟩ / (‖xᵢ‖ ‖xⱼ‖), N×N; 0 for a row of zeros.
public struct Cosines: InnerProductRelation, Configurable {
  public static let summary = "The cosine of the angle between every two examples."

  /// Makes the relation.
  public init() {}
  public static let standard = Self()

  public func callAsFunction(_ products: InnerProducts) -> Tensor { products.cosines }
}

/// ‖xᵢ − xⱼ‖², N×N.
public struct SquaredDistances: InnerProductRelation, Configurable {
  public static let summary = "‖xᵢ − xⱼ‖², the squared distance of every two examples."

  /// Makes the relation.
  public init() {}
  public static let standard = Self()

  public func callAsFunction(_ products: InnerProducts) -> Tensor { products.squaredDistances }
}

/// ‖xᵢ − xⱼ‖, N×N. The distance of two examples is at least ε = 10⁻⁶; a nearer pair has gradient 0.
public struct Distances: InnerProductRelation, Configurable {
  public static let summary = "‖xᵢ − xⱼ‖, the distance of every two examples."

  /// Makes the relation.
  public init() {}
  public static let standard = Self()

  public var smallestLength: Double? { 1e-6 }

  public func callAsFunction(_ products: InnerProducts) -> Tensor {
    products.squaredDistances.distances(epsilon: 1e-6)
  }
}

/// Each row minus the mean row of the batch, N×D.
public struct Centered: Relation, Configurable {
  public static let summary = "Each row minus the mean row of the batch."

  /// Makes the relation.
  public init() {}
  public static let standard = Self()

  public func gives(_ input: TensorKind) -> TensorKind { input.ofRows }

  public func layout(of inputs: [Layout]) -> Layout? { inputs.first?.flattened }

  public func callAsFunction(_ x: Tensor) -> Tensor { x.flattened.centered(axis: 0) }
}

/// The mean over height and width of each channel: N×C. Rows stay as they are.
public struct Pooled: Relation, Configurable {
  public static let summary = "The mean over height and width of each channel."

  /// Makes the relation.
  public init() {}
  public static let standard = Self()

  public var accepts: TensorKind { .rowsOrMaps }

  public func gives(_ input: TensorKind) -> TensorKind { input.ofRows }

  public func layout(of inputs: [Layout]) -> Layout? {
    inputs.first.map { Layout(joining: Array($0.axes.prefix(2))) }
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let positions = x.shape.dropFirst(2).reduce(1, *)
    return x.reshaped([x.shape[0], x.shape[1], positions]).mean(axis: 2)
  }
}

// MARK: - Relations of matrices

/// Each row divided by its Euclidean length; a row of zeros stays so.
///
/// As in PyTorch, a row that is shorter than 10⁻¹² is divided by 10⁻¹². If all rows may be that short,
/// put ``UnitScale`` first.
public struct RowNormalized: Relation, Configurable {
  public static let summary = "Each row divided by its Euclidean length."

  /// Makes the relation.
  public init() {}
  public static let standard = Self()

  public var smallestLength: Double? { 1e-12 }

  public func gives(_ input: TensorKind) -> TensorKind { input.ofRows }

  public func layout(of inputs: [Layout]) -> Layout? { inputs.first?.flattened }

  public func callAsFunction(_ x: Tensor) -> Tensor { x.flattened.normalized() }
}

/// softmax(x / τ) of each row.
public struct Softmax: Relation, Configurable {
  /// τ, the temperature of the softmax.
  public var temperature: Double

  public static let summary = "softmax(x / τ) of each row."

  /// Makes the relation at this temperature.
  public init(temperature: Double = 1) { self.temperature = temperature }
  public static let standard = Self()

  public static var ranges: [String: ClosedRange<Double>] { ["temperature": .temperature] }

  public var accepts: TensorKind { .rowsOrMaps }

  public func gives(_ input: TensorKind) -> TensorKind { input.ofRows }

  public func layout(of inputs: [Layout]) -> Layout? { inputs.first?.flattened }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.flattened.softmax(temperature: temperature)
  }
}

/// A matrix divided by the mean of its entries off the diagonal; a matrix of zeros stays so.
public struct DividedByMean: Relation, Configurable {
  public static let summary = "A matrix divided by the mean of its entries off the diagonal."

  /// Makes the relation.
  public init() {}
  public static let standard = Self()

  public var accepts: TensorKind { .square }

  public func gives(_ input: TensorKind) -> TensorKind { .square }

  public func layout(of inputs: [Layout]) -> Layout? { inputs.first }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.dividedByMeanOffDiagonal()
  }
}

/// A matrix divided by its largest entry; a matrix without a positive entry becomes zero.
public struct DividedByMaximum: Relation, Configurable {
  /// Whether the maximum is a constant, through which no gradient flows.
  public var detached: Bool

  public static let summary = "A value divided by its largest entry."

  /// Makes the relation with these parameters.
  public init(detached: Bool = false) { self.detached = detached }
  public static let standard = Self()

  public var accepts: TensorKind { .any }

  public func gives(_ input: TensorKind) -> TensorKind { input }

  public func layout(of inputs: [Layout]) -> Layout? { inputs.first }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let maximum = (detached ? x.detached : x).maximum().relu()
    return x.dividedOrZero(by: maximum)
  }
}
