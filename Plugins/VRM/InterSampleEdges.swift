public import Distillation
public import Tensors

/// E = (zᵢ − z̃ⱼ) / ‖zᵢ − z̃ⱼ‖, a row of C numbers for each pair of examples. The edge between equal logits
/// is 0.
public struct InterSampleEdges: Relation, Configurable {
  /// The pairs among the 2B examples of both views that have an edge.
  public enum Pairs: String, Codable, CaseIterable, Sendable {
    /// Each example of the first view with each of the second: B².
    case inter
    /// Each two examples of either view once: B(2B − 1).
    case upper
  }

  /// Which pairs of examples have an edge.
  public var edges: Pairs

  /// Whether each example's logits are shifted to mean 0 and divided by their standard deviation.
  public var standardize: Bool

  /// Makes the relation with these parameters.
  public init(edges: Pairs = .inter, standardize: Bool = true) {
    (self.edges, self.standardize) = (edges, standardize)
  }
  public static let standard = Self()
  public static let summary = "(zᵢ − z̃ⱼ) / ‖zᵢ − z̃ⱼ‖, from each example to each of another view."

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
