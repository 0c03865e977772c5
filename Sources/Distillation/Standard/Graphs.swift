public import Tensors

// Graphs of examples, as IRG compares them: edges A(i, j) = ‖f(xᵢ) − f(xⱼ)‖², which are
// `squaredDistances`, and the change Λ(i) = ‖f(xᵢ) − g(xᵢ)‖² of a vertex between two layers.

/// Λ(i) = ‖f(xᵢ) − g(xᵢ)‖² for two layers f and g of one size: 1×N.
public struct LayerDistances: Relation, Configurable {
  /// Whether maps of other sizes are brought together as KD-Zoo does: the first is averaged over
  /// windows to the second's height and width, and each two adjacent channels of the second are
  /// averaged if it has twice as many.
  public var align = false

  public static let summary = "‖f(xᵢ) − g(xᵢ)‖², how far apart two layers are at each example."

  public init() {}

  public init(align: Bool) { self.align = align }

  public func callAsFunction(_ x: TensorPair) -> Tensor {
    let haveOneSize = x.first.count == x.second.count
    let (f, g) = haveOneSize ? (x.first, x.second) : aligned(x.first, x.second)
    return (f.flattened - g.flattened).squared().sum(axis: 1).transposed
  }

  public func admits(_ x: TensorPair) -> Bool {
    guard accepts.admits(x.first.shape), accepts.admits(x.second.shape),
      x.first.shape[0] == x.second.shape[0]
    else { return false }
    let (f, g) = (x.first.shape, x.second.shape)
    if x.first.count == x.second.count { return true }
    return align && f.count == 4 && g.count == 4 && (f[1] == g[1] || 2 * f[1] == g[1])
      && f[2].isMultiple(of: g[2]) && f[3].isMultiple(of: g[3])
  }

  public var takes: String {
    align ? "two layers of one size, or maps that can be aligned" : "two layers of one size"
  }

  public func gives(_ input: TensorKind) -> TensorKind { .matrix }

  public func layout(of inputs: [Layout]) -> Layout? {
    inputs.first.map { Layout(joining: [[1], $0.rows]) }
  }

  private func aligned(_ f: Tensor, _ g: Tensor) -> (Tensor, Tensor) {
    let (n, h, w) = (f.shape[0], g.shape[2], g.shape[3])
    let windows = f.reshaped([n, f.shape[1], h, f.shape[2] / h, w, f.shape[3] / w])
    let pairs = g.reshaped([n, f.shape[1], g.shape[1] / f.shape[1], h, w])
    return (windows.mean(axis: 3).mean(axis: 5), pairs.mean(axis: 2))
  }
}

/// A graph divided by its largest entry, or as it is. A graph without a positive entry becomes zero.
public struct GraphNormalized: Relation, Configurable {
  public enum Divisor: String, Codable, CaseIterable, Sendable { case max, none }

  public var normalize = Divisor.max

  /// Whether the maximum is a constant, through which no gradient flows.
  public var detachMax = true

  public static let summary = "A graph divided by its largest entry, or as it is."

  public init() {}

  public init(by normalize: Divisor, detachMax: Bool) {
    (self.normalize, self.detachMax) = (normalize, detachMax)
  }

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

/// The sum of (s − t)², divided as Caffe divides it: by twice the length of the first axis.
public struct EuclideanLoss: Matcher, Configurable {
  public enum Reduction: String, Codable, CaseIterable, Sendable {
    /// By twice the length of the first axis: 2N for N×N, 2 for 1×N.
    case caffe
    /// By the number of entries.
    case mean
    /// By nothing.
    case sum
  }

  public var reduction = Reduction.caffe

  public static let summary = "The sum of (s − t)², divided as Caffe divides it."

  public init() {}

  public func callAsFunction(student s: Tensor, teacher t: Tensor) -> Tensor {
    let sum = Penalty.square.total(student: s, teacher: t)
    return switch reduction {
    case .caffe: sum / Tensor(2 * Double(s.shape.first ?? 1))
    case .mean: sum / Tensor(Double(max(s.count, 1)))
    case .sum: sum
    }
  }
}

extension Matcher where Self == EuclideanLoss {
  public static func euclideanLoss(reduction: EuclideanLoss.Reduction) -> EuclideanLoss {
    var matcher = EuclideanLoss()
    matcher.reduction = reduction
    return matcher
  }
}
