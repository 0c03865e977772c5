public import Distillation
import Tensors

/// The edges between two views that VRM counts as reliable, by what the student predicts at their
/// ends. Of equals, the first are kept.
public struct ReliableEdges: RowSelection {
  /// What makes an edge from i to j unreliable, the more the larger.
  public enum Measure: String, Codable, CaseIterable, Sendable {
    /// How far its two predictions are from one another: their Jensen–Shannon divergence
    /// H((pᵢ + p̃ⱼ)/2) − (H(pᵢ) + H(p̃ⱼ))/2.
    case discrepancy
    /// How uncertain both are: the joint entropy H(pᵢ) + H(p̃ⱼ) of independent predictions.
    case entropy
  }

  let share: Double
  let edges: InterSampleEdges.Pairs
  let unreliable: Measure

  /// - Parameters:
  ///   - share: Which part of all edges is kept, at least one.
  ///   - edges: Which edges there are.
  ///   - unreliable: What the others have most of.
  public init(_ share: Double, of edges: InterSampleEdges.Pairs, unreliable: Measure) {
    (self.share, self.edges, self.unreliable) = (share, edges, unreliable)
  }

  public func rows(of student: TensorPair) -> [Int]? {
    guard share < 1 else { return nil }
    let z = student.stacked(standardized: false)
    let (i, j) = edges.indices(batch: student.first.shape[0])
    let scores =
      switch unreliable {
      case .discrepancy: z.divergences(between: i, and: j)
      case .entropy: z.jointEntropies(of: i, and: j)
      }
    let count = Int((share * Double(scores.count) - 1e-9).rounded(.up))
    let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    return order.prefix(max(count, 1)).sorted()
  }
}

extension Tensor {
  /// H(pᵢ) + H(pⱼ) for rows of logits.
  fileprivate func jointEntropies(of i: [Int], and j: [Int]) -> [Double] {
    let entropies = entropies
    return zip(i, j).map { entropies[$0] + entropies[$1] }
  }

  /// The Jensen–Shannon divergence of pᵢ and pⱼ for rows of logits. Of equal rows it is exactly 0.
  fileprivate func divergences(between i: [Int], and j: [Int]) -> [Double] {
    let width = shape[1]
    let p = detached.softmax(temperature: 1).scalars.map { Double($0) }
    func term(_ p: Double, _ mean: Double) -> Double { p > 0 ? p * (p / mean).log() : 0 }
    return zip(i, j).map { i, j in
      (0..<width).reduce(0) { sum, c in
        let (a, b) = (p[i * width + c], p[j * width + c])
        return sum + (term(a, (a + b) / 2) + term(b, (a + b) / 2)) / 2
      }
    }
  }
}
