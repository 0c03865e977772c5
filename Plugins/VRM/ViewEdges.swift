public import Distillation
public import Tensors

// Edges of unit length between the logits of two views of a batch, z and z̃, as VRM compares them.

/// E = (zᵢ − z̃ⱼ) / ‖zᵢ − z̃ⱼ‖, a row of C numbers for each pair of examples; 0 for equal logits.
public struct InterSampleEdges: Relation, Configurable {
  /// Which pairs of the 2B examples of both views have an edge.
  public enum Pairs: String, Codable, CaseIterable, Sendable {
    /// Each example of the first view with each of the second: B².
    case inter
    /// Each two examples of either view once: B(2B − 1).
    case upper
  }

  public var edges = Pairs.inter

  /// Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
  public var standardize = true

  public init() {}
  public static let summary = "(zᵢ − z̃ⱼ) / ‖zᵢ − z̃ⱼ‖, from each example to each of another view."

  public init(_ edges: Pairs, standardize: Bool) {
    (self.edges, self.standardize) = (edges, standardize)
  }

  public var smallestDivisor: Double? { standardize ? TensorPair.smallestDeviation : nil }

  public var smallestLength: Double? { smallestDivisor }

  public func admits(_ views: TensorPair) -> Bool { views.areViews }

  public var takes: String { TensorPair.views }

  public func gives(_ input: TensorKind) -> TensorKind { .matrix }

  public func layout(of views: [Layout]) -> Layout? {
    guard let logits = views.first else { return nil }
    return Layout(joining: [edges.count(batch: logits.shape[0]), [logits.shape[1]]])
  }

  public func callAsFunction(_ views: TensorPair) -> Tensor {
    let y = views.stacked(standardized: standardize).atUnitScale()
    let (i, j) = edges.indices(batch: views.first.shape[0])
    return (y.rows(i) - y.rows(j)).normalized()
  }
}

extension InterSampleEdges.Pairs {
  /// The number of edges, as axes that are joined.
  fileprivate func count(batch n: Int) -> [Int] { self == .inter ? [n, n] : [n, 2 * n - 1] }

  /// The ends of every edge among the rows of [z; z̃].
  func indices(batch n: Int) -> ([Int], [Int]) {
    switch self {
    case .inter: ((0..<n * n).map { $0 / n }, (0..<n * n).map { n + $0 % n })
    case .upper: upperTriangle(2 * n)
    }
  }
}

/// E = (w_k − w_l) / ‖w_k − w_l‖ for each two classes k < l, where w_k ∈ ℝ²ᴮ is column k of [z; z̃];
/// 0 for equal columns.
public struct InterClassEdges: Relation, Configurable {
  /// Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
  public var standardize = true

  public init() {}
  public static let summary = "(w_k − w_l) / ‖w_k − w_l‖, the direction between every two classes."

  public init(standardize: Bool) { self.standardize = standardize }

  public var smallestDivisor: Double? { standardize ? TensorPair.smallestDeviation : nil }

  public var smallestLength: Double? { smallestDivisor }

  public func admits(_ views: TensorPair) -> Bool { views.areViews }

  public var takes: String { TensorPair.views }

  public func gives(_ input: TensorKind) -> TensorKind { .matrix }

  public func layout(of views: [Layout]) -> Layout? {
    guard let logits = views.first?.shape else { return nil }
    return Layout([logits[1] * (logits[1] - 1) / 2, 2 * logits[0]])
  }

  public func callAsFunction(_ views: TensorPair) -> Tensor {
    let w = views.stacked(standardized: standardize).atUnitScale().transposed
    let (k, l) = upperTriangle(w.shape[0])
    return (w.rows(k) - w.rows(l)).normalized()
  }
}

extension Knowledge where Self == Layers {
  /// One layer of the real view of a batch and of the virtual one.
  public static func views(of layer: String) -> Layers {
    .layers(from: layer, to: "\(OutputName(layer).of(view: OutputName.virtualView))")
  }
}

extension TensorPair {
  /// ε, added to the standard deviation of an example's logits.
  fileprivate static let smallestDeviation = 1e-7

  fileprivate static let views = "two views of logits N×C, of two classes or more"

  fileprivate var areViews: Bool {
    first.shape == second.shape && TensorKind.matrix.admits(first.shape) && first.shape[1] > 1
  }

  /// [z; z̃], 2N×C. Where `standardized`, each row has mean 0 and standard deviation 1.
  func stacked(standardized: Bool) -> Tensor {
    let y = Tensor.concatenated([first, second])
    guard standardized else { return y }
    let centered = y.centered(axis: 1)
    let deviation = centered.norm(axis: 1) / Tensor(Double(y.shape[1] - 1).squareRoot())
    return centered / (deviation + Tensor(Self.smallestDeviation))
  }
}

/// Every k < l below `n`.
private func upperTriangle(_ n: Int) -> ([Int], [Int]) {
  let pairs = (0..<n).flatMap { k in (k + 1..<n).map { (k, $0) } }
  return (pairs.map { $0.0 }, pairs.map { $0.1 })
}
