import Foundation
import Tensors

/// Every operation, with its reference.
let operationCases: [OperationCase] =
  elementwiseCases + reductionCases + shapeCases + matrixCases + distanceCases
  + mapCases + networkCases + rowCases + transformerCases + [tripletCase, pairRankingCase]

private let elementwiseCases: [OperationCase] =
  broadcasts.flatMap { a, b, index in
    [
      OperationCase(name: "+", shapes: [a, b], operation: { $0[0] + $0[1] }) { x in
        index.map { x[0][$0] + x[1][$1] }
      },
      OperationCase(name: "-", shapes: [a, b], operation: { $0[0] - $0[1] }) { x in
        index.map { x[0][$0] - x[1][$1] }
      },
      OperationCase(name: "*", shapes: [a, b], operation: { $0[0] * $0[1] }) { x in
        index.map { x[0][$0] * x[1][$1] }
      },
      OperationCase(
        name: "/", shapes: [a, b], operation: { $0[0] / $0[1] },
        reference: { x in index.map { x[0][$0] / x[1][$1] } }, range: 0.5...2),
    ]
  } + [
    OperationCase(
      name: "dividedOrZero", shapes: [[3, 5], [3, 1]],
      operation: { $0[0].dividedOrZero(by: $0[1]) },
      reference: { x in (0..<15).map { x[0][$0] / x[1][$0 / 5] } }, range: 0.5...2),
    .map("negated", { -$0 }, { -$0 }),
    .map("squared", { $0.squared() }, { $0 * $0 }),
    .map("sqrt", in: 0.1...2, { $0.sqrt() }, { $0.squareRoot() }),
    .map("reciprocalOrZero", in: 0.5...2, { $0.reciprocalOrZero() }, { 1 / $0 }),
    .map("exp", { $0.exp() }, { exp($0) }),
    .map("log", in: 0.1...2, { $0.log() }, { log($0) }),
    .map("abs", { $0.abs() }, { abs($0) }),
    .map("relu", { $0.relu() }, { max($0, 0) }),
    .map("softplus", { $0.softplus() }, { log(1 + exp($0)) }),
    .map("sigmoid", { $0.sigmoid() }, { 1 / (1 + exp(-$0)) }),
    .map("tanh", { $0.tanh() }, { tanh($0) }),
    .map("gelu", { $0.gelu() }, { $0 * (1 + erf($0 / 2.squareRoot())) / 2 }),
    .wideMap("softplus", { $0.softplus() }, { max($0, 0) + log1p(exp(-abs($0))) }),
    .wideMap("sigmoid", { $0.sigmoid() }, { 1 / (1 + exp(-$0)) }),
    .wideMap("tanh", { $0.tanh() }, { tanh($0) }),
    .wideMap("gelu", { $0.gelu() }, { $0 * (1 + erf($0 / 2.squareRoot())) / 2 }),
    .map("polynomial", { $0.polynomial([0.5, -1, 0, 2]) }, { 0.5 - $0 + 2 * $0 * $0 * $0 }),
    OperationCase(
      name: "polynomial, several vectors", shapes: [[70]],
      operation: { $0[0].polynomial([-0.5, 0.25, 1, 0.5, 2]) },
      reference: { x in
        x[0].map { x in -0.5 + x / 4 + x * x + x * x * x / 2 + 2 * x * x * x * x }
      }),
    .map("polynomial of degree 0", { $0.polynomial([0.5]) }, { _ in 0.5 }),
    .map("huber", { $0.huber(delta: 0.7) }) {
      abs($0) <= 0.7 ? $0 * $0 / 2 : 0.7 * (abs($0) - 0.35)
    },
    OperationCase(
      name: "broadcast", shapes: [[2, 1, 3]], operation: { $0[0].broadcast(to: [2, 4, 3]) }
    ) { x in
      (0..<24).map { x[0][$0 / 12 * 3 + $0 % 3] }
    },
  ]

/// Two shapes that broadcast, with the places that each entry of the result reads in them.
private let broadcasts: [([Int], [Int], [(Int, Int)])] = [
  ([3, 5], [3, 5], (0..<15).map { ($0, $0) }),
  ([3, 5], [], (0..<15).map { ($0, 0) }),
  ([1, 1], [3, 5], (0..<15).map { (0, $0) }),
  ([3, 5], [3, 1], (0..<15).map { ($0, $0 / 5) }),
  ([5], [3, 5], (0..<15).map { ($0 % 5, $0) }),
  ([3, 1], [1, 5], (0..<15).map { ($0 / 5, $0 % 5) }),
  ([2, 1, 3], [2, 4, 1], (0..<24).map { ($0 / 12 * 3 + $0 % 3, $0 / 3) }),
]

private let reductionCases: [OperationCase] =
  axisCases + [
    OperationCase(name: "sum", shapes: [[4, 5]], operation: { $0[0].sum() }) {
      [$0[0].reduce(0, +)]
    },
    OperationCase(name: "mean", shapes: [[4, 5]], operation: { $0[0].mean() }) {
      [$0[0].reduce(0, +) / 20]
    },
    OperationCase(name: "maximum", shapes: [[4, 5]], operation: { $0[0].maximum() }) {
      [$0[0].max() ?? 0]
    },
    .rows("centered", 4, 5, { $0.centered(axis: 1) }) { x in
      let mean = x.reduce(0, +) / Double(x.count)
      return x.map { $0 - mean }
    },
    OperationCase(
      name: "centered(axis: 0)", shapes: [[4, 5]], operation: { $0[0].centered(axis: 0) }
    ) { x in
      (0..<20).map { i in x[0][i] - sum(4) { x[0][$0 * 5 + i % 5] } / 4 }
    },
    OperationCase(
      name: "centered(axis: 1)", shapes: [[2, 3, 4]], operation: { $0[0].centered(axis: 1) }
    ) { x in
      (0..<24).map { i in x[0][i] - sum(3) { x[0][i / 12 * 12 + $0 * 4 + i % 4] } / 3 }
    },
    OperationCase(
      name: "dividedByMaximum", shapes: [[4, 5]],
      operation: { $0[0].dividedOrZero(by: $0[0].maximum()) },
      reference: { x in x[0].map { $0 / (x[0].max() ?? 0) } }),
  ]

private let shapeCases: [OperationCase] = [
  OperationCase(name: "reshaped", shapes: [[4, 6]], operation: { $0[0].reshaped([8, 3]) }) {
    $0[0]
  },
  OperationCase(name: "reshaped, one length open", shapes: [[4, 6]]) {
    $0[0].reshaped([-1, 3])
  } reference: {
    $0[0]
  },
  OperationCase(
    name: "array literal", shapes: [[3], [3]], operation: { [$0[0], $0[1], $0[0]] }
  ) { $0[0] + $0[1] + $0[0] },
  OperationCase(name: "flattened", shapes: [[2, 3, 4]], operation: { $0[0].flattened }) { $0[0] },
  OperationCase(name: "pixelRows", shapes: [[2, 3, 2, 2]], operation: { $0[0].pixelRows }) { x in
    (0..<24).map { x[0][$0 / 12 * 12 + $0 % 3 * 4 + $0 / 3 % 4] }
  },
  OperationCase(name: "pixelRows", shapes: [[2, 3]], operation: { $0[0].pixelRows }) { $0[0] },
  OperationCase(name: "transposed", shapes: [[2, 3, 4]], operation: { $0[0].transposed }) { x in
    (0..<24).map { x[0][$0 / 12 * 12 + $0 % 3 * 4 + $0 / 3 % 4] }
  },
  OperationCase(name: "rows", shapes: [[4, 3]], operation: { $0[0].rows([2, 0, 2]) }) { x in
    [2, 0, 2].flatMap { x[0][$0 * 3..<$0 * 3 + 3] }
  },
  OperationCase(
    name: "replacingRows", shapes: [[4, 3], [3, 3]],
    operation: { $0[0].replacingRows([2, 0, 2], with: $0[1]) }
  ) { x in
    [x[1][3..<6], x[0][3..<6], x[1][6..<9], x[0][9..<12]].flatMap { $0 }
  },
  OperationCase(name: "concatenated", shapes: [[2, 3], [4, 3]], operation: Tensor.concatenated) {
    $0[0] + $0[1]
  },
]

private let matrixCases: [OperationCase] =
  productCases + [
    OperationCase(
      name: "matrix product, batched", shapes: [[2, 3, 4], [2, 4, 5]], operation: { $0[0] • $0[1] }
    ) { x in
      (0..<30).map { i in sum(4) { x[0][i / 5 * 4 + $0] * x[1][i / 15 * 20 + $0 * 5 + i % 5] } }
    },
    OperationCase(
      name: "inner products, gram", shapes: [[5, 7]],
      operation: { InnerProducts(of: $0[0]).gram }
    ) { x in
      (0..<25).map { i in sum(7) { x[0][i / 5 * 7 + $0] * x[0][i % 5 * 7 + $0] } }
    },
    OperationCase(
      name: "inner products, cosines", shapes: [[5, 7]],
      operation: { InnerProducts(of: $0[0]).cosines }
    ) { x in
      let product = { (i: Int, j: Int) in sum(7) { x[0][i * 7 + $0] * x[0][j * 7 + $0] } }
      return (0..<25).map { entry in
        let (i, j) = (entry / 5, entry % 5)
        return product(i, j) / (product(i, i) * product(j, j)).squareRoot()
      }
    },
    OperationCase(name: "gram", shapes: [[5, 7]], operation: { $0[0].gram }) { x in
      (0..<25).map { i in sum(7) { x[0][i / 5 * 7 + $0] * x[0][i % 5 * 7 + $0] } }
    },
    OperationCase(
      name: "pairwiseSquaredDistances", shapes: [[5, 7]],
      operation: { $0[0].pairwiseSquaredDistances }
    ) { x in
      (0..<25).map { i in
        sum(7) { k in
          let difference = x[0][i / 5 * 7 + k] - x[0][i % 5 * 7 + k]
          return difference * difference
        }
      }
    },
  ]

/// Operations on the distances of rows.
private let distanceCases: [OperationCase] =
  [
    OperationCase(
      name: "distances", shapes: [[5, 7]],
      operation: { $0[0].pairwiseSquaredDistances.distances(epsilon: 1e-6) }
    ) { x in
      (0..<25).map { i in
        sum(7) { k in
          let difference = x[0][i / 5 * 7 + k] - x[0][i % 5 * 7 + k]
          return difference * difference
        }.squareRoot()
      }
    },
    OperationCase(
      name: "meanOffDiagonal", shapes: [[4, 4]], operation: { $0[0].meanOffDiagonal() }
    ) { x in
      [sum(16) { $0 / 4 == $0 % 4 ? 0 : x[0][$0] } / 12]
    },
    OperationCase(
      name: "dividedByMeanOffDiagonal", shapes: [[4, 4]],
      operation: { $0[0].dividedByMeanOffDiagonal() },
      reference: { x in
        let mean = sum(16) { $0 / 4 == $0 % 4 ? 0 : x[0][$0] } / 12
        return x[0].map { $0 / mean }
      }, range: 0.5...2),
    OperationCase(name: "angleCosines", shapes: [[4, 3]], operation: { $0[0].angleCosines }) { x in
      cosines(x[0], 4, 3)
    },
  ]
  + [Penalty.square, .absolute, .huber(delta: 0.5)].flatMap { penalty in
    [false, true].map { offDiagonal in
      OperationCase(
        name: "total \(penalty)\(offDiagonal ? " off the diagonal" : "")", shapes: [[6, 6]],
        operation: {
          penalty.total(student: $0[0], teacher: ramp([6, 6]), offDiagonal: offDiagonal)
        },
        reference: { x in
          let teacher = ramp([6, 6]).scalars.map { Double($0) }
          return [
            sum(36) { offDiagonal && $0 % 7 == 0 ? 0 : penalty.value(x[0][$0] - teacher[$0]) }
          ]
        })
    }
  }
  + [Penalty.square, .absolute, .huber(delta: 0.5)].map { penalty in
    OperationCase(
      name: "anglePenalty \(penalty)", shapes: [[6, 4]],
      operation: {
        let teacher = InnerProducts(of: ramp([6, 2]).squared())
        return Tensor.anglePenalty(student: InnerProducts(of: $0[0]), teacher: teacher, penalty)
          .distinct
      }
    ) { x in
      let teacher = cosines(ramp([6, 2]).squared().scalars.map { Double($0) }, 6, 2)
      let pairs = zip(cosines(x[0], 6, 4), teacher).enumerated()
      return [
        pairs.reduce(0) { sum, entry in
          let (a, b, c) = (entry.offset / 36, entry.offset / 6 % 6, entry.offset % 6)
          guard a != b, a != c, b != c else { return sum }
          return sum + penalty.value(entry.element.0 - entry.element.1)
        }
      ]
    }
  }

extension Penalty {
  fileprivate func value(_ e: Double) -> Double {
    switch self {
    case .square: e * e
    case .absolute: abs(e)
    case .huber(let δ): abs(e) <= δ ? e * e / 2 : δ * (abs(e) - δ / 2)
    }
  }
}

/// The cosine of the angle at row a between rows b and c.
private func cosines(_ x: [Double], _ n: Int, _ d: Int) -> [Double] {
  (0..<n * n * n).map { abc in
    let (a, b, c) = (abc / (n * n), abc / n % n, abc % n)
    let u = (0..<d).map { x[b * d + $0] - x[a * d + $0] }
    let v = (0..<d).map { x[c * d + $0] - x[a * d + $0] }
    let length = u.length * v.length
    return length == 0 ? 0 : zip(u, v).map { $0 * $1 }.reduce(0, +) / length
  }
}

private let productCases: [OperationCase] =
  [
    OperationCase(
      name: "matmul", shapes: [[3, 4], [4, 5]], operation: { $0[0].matmul($0[1]) }
    ) { x in (0..<15).map { i in sum(4) { x[0][i / 5 * 4 + $0] * x[1][$0 * 5 + i % 5] } } }
  ]
  + [(1, 1, 1), (2, 3, 4), (7, 5, 9)].flatMap { m, k, n in
    [(false, false), (false, true), (true, false), (true, true)].map { first, second in
      productCase(m, k, n, first, second)
    }
  }

private func productCase(
  _ m: Int, _ k: Int, _ n: Int, _ first: Bool, _ second: Bool
) -> OperationCase {
  OperationCase(
    name:
      "matrix product\(first ? ", first transposed" : "")\(second ? ", second transposed" : "")",
    shapes: [first ? [k, m] : [m, k], second ? [n, k] : [k, n]]
  ) {
    Tensor.matmul($0[0], $0[1], transposingFirst: first, transposingSecond: second)
  } reference: { x in
    (0..<m * n).map { ij in
      let (i, j) = (ij / n, ij % n)
      return sum(k) { l in
        x[0][first ? l * m + i : i * k + l] * x[1][second ? j * k + l : l * n + j]
      }
    }
  }
}

/// Σ f(i) over 0..<count.
func sum(_ count: Int, _ f: (Int) -> Double) -> Double { (0..<count).reduce(0) { $0 + f($1) } }

/// 0, 0.1, 0.2, …
func ramp(_ shape: [Int]) -> Tensor {
  Tensor((0..<shape.reduce(1, *)).map { Float($0) / 10 }, shape: shape)
}

extension [Double] {
  var length: Double { map { $0 * $0 }.reduce(0, +).squareRoot() }

  func softmax(_ τ: Double) -> [Double] {
    let e = map { exp($0 / τ) }
    let sum = e.reduce(0, +)
    return e.map { $0 / sum }
  }
}
