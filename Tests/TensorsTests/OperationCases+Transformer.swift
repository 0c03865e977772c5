import Foundation
import Tensors

/// The operations of transformers.
let transformerCases: [OperationCase] =
  [2, 17, 37].map(layerNormCase) + [1, 2, 17, 37].map(linearCase) + [
    attentionCase(tokens: 1, heads: 1, width: 1), attentionCase(tokens: 3, heads: 2, width: 2),
    attentionCase(tokens: 5, heads: 3, width: 1), attentionCase(tokens: 4, heads: 1, width: 5),
    patchesCase,
    OperationCase(name: "columns", shapes: [[2, 3, 4]], operation: { $0[0].columns(1..<3) }) { x in
      (0..<6).flatMap { x[0][$0 * 4 + 1..<$0 * 4 + 3] }
    },
    .map("capped", { $0.capped(at: 0.7) }, { min($0, 0.7) }),
  ]

private func layerNormCase(_ width: Int) -> OperationCase {
  OperationCase(
    name: "layerNormalized", shapes: [[2, 3, width], [width], [width]],
    operation: { $0[0].layerNormalized(scale: $0[1], shift: $0[2], epsilon: 0.01) },
    reference: { x in
      (0..<6).flatMap { row -> [Double] in
        let centered = Array(x[0][row * width..<(row + 1) * width]).centered
        let variance = centered.reduce(0) { $0 + $1 * $1 } / Double(width)
        return (0..<width).map {
          centered[$0] / (variance + 0.01).squareRoot() * x[1][$0] + x[2][$0]
        }
      }
    }, tolerance: 2e-5)
}

private func linearCase(_ width: Int) -> OperationCase {
  OperationCase(
    name: "linear", shapes: [[2, 3, width], [5, width], [5]],
    operation: { $0[0].linear(weight: $0[1], bias: $0[2]) }
  ) { x in
    (0..<30).map { i in
      x[2][i % 5] + sum(width) { x[0][i / 5 * width + $0] * x[1][i % 5 * width + $0] }
    }
  }
}

/// Two examples.
private func attentionCase(tokens t: Int, heads: Int, width d: Int) -> OperationCase {
  let features = heads * d
  return OperationCase(
    name: "attention of \(heads) heads", shapes: [[2, t, 3 * features]],
    operation: { $0[0].attention(heads: heads) }
  ) { x in
    attention(x[0], examples: 2, tokens: t, heads: heads, width: d)
  }
}

/// softmax(Q Kᵀ/√d) V, number by number.
func attention(
  _ x: [Double], examples: Int, tokens t: Int, heads: Int, width d: Int
) -> [Double] {
  let features = heads * d
  return (0..<examples * t * features).map { index in
    let (token, feature) = (index / features, index % features)
    let (first, head) = (token / t * t, feature / d)
    /// A number of the query (0), key (1) or value (2) of a token.
    func number(_ part: Int, _ token: Int, _ feature: Int) -> Double {
      x[(token * 3 + part) * features + feature]
    }
    let scores = (0..<t).map { other in
      sum(d) { number(0, token, head * d + $0) * number(1, first + other, head * d + $0) }
    }
    let probabilities = scores.softmax(Double(d).squareRoot())
    return sum(t) { probabilities[$0] * number(2, first + $0, feature) }
  }
}

private let patchesCase = OperationCase(
  name: "patches", shapes: [[2, 3, 4, 6]], operation: { $0[0].patches(side: 2) }
) { x in
  (0..<144).map { index in
    let (patch, pixel) = (index / 12 % 6, index % 12)
    let (row, column) = (patch / 3 * 2 + pixel / 2 % 2, patch % 3 * 2 + pixel % 2)
    return x[0][index / 72 * 72 + pixel / 4 * 24 + row * 6 + column]
  }
}
