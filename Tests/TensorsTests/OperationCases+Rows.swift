import Foundation
import Tensors

/// Operations on rows whose widths fill some vectors and leave a rest.
let rowCases: [OperationCase] =
  [2, 17, 37].map { width in
    .rows("normalized", 2, width, { $0.normalized() }) { x in x.map { $0 / x.length } }
  }
  + [1, 2, 17, 37].flatMap { width in
    [
      .rows("normalized(damping:)", 2, width, { $0.normalized(damping: 0.3) }) { x in
        x.map { $0 / (x.length + 0.3) }
      },
      .rows("dividedBySum", 3, width, in: 0.5...2, { $0.dividedBySum() }) { x in
        x.map { $0 / x.reduce(0, +) }
      },
      .rows("dividedBySum(adding:)", 3, width, { $0.dividedBySum(adding: 1.5) }) { x in
        x.map { ($0 + 1.5) / (x.reduce(0, +) + 1.5 * Double(x.count)) }
      },
      ratioCase(width),
      .rows("softmax", 3, width, { $0.softmax(temperature: 0.5) }) { x in x.softmax(0.5) },
      .rows("logMeanExp", 3, width, { $0.logMeanExp(temperature: 0.5) }) { x in
        [0.5 * log(x.reduce(0) { $0 + exp($1 / 0.5) } / Double(x.count))]
      },
      omittingCase(width),
      .rows("logSoftmax", 2, width, { $0.logSoftmax() }) { x in x.softmax(1).map { log($0) } },
      crossEntropyCase(width, smoothing: 0),
      crossEntropyCase(width, smoothing: 0.3),
      divergenceCase(width, temperature: 0.7),
      divergenceCase(width, temperature: 5),
      .rows("atUnitScale", 2, width, in: 520...600, { $0.atUnitScale() }) { x in
        x.map { $0 / 512 }
      },
      pearsonCase(11, width, axis: 1),
      pearsonCase(width, 11, axis: 0),
      pearsonCase(11, width, axis: 0),
    ]
  }

private func crossEntropyCase(_ width: Int, smoothing ε: Double) -> OperationCase {
  let labels = (0..<3).map { ($0 * 5 + 1) % width }
  return OperationCase(
    name: "crossEntropy, smoothing \(ε)", shapes: [[3, width]],
    operation: { $0[0].crossEntropy(labels: labels, smoothing: ε) }
  ) { x in
    let losses = (0..<3).map { row -> Double in
      let logP = Array(x[0][row * width..<(row + 1) * width]).softmax(1).map { log($0) }
      let spread = logP.reduce(0, +) * ε / Double(width)
      return -(1 - ε) * logP[labels[row]] - spread
    }
    return [losses.reduce(0, +) / 3]
  }
}

private func omittingCase(_ width: Int) -> OperationCase {
  let columns = (0..<3).map { ($0 * 5 + width - 1) % width }
  return OperationCase(
    name: "omitting(columns:)", shapes: [[3, width]],
    operation: { $0[0].omitting(columns: columns) }
  ) { x in
    x[0].indices.filter { $0 % width != columns[$0 / width] }.map { x[0][$0] }
  }
}

/// Triplets of 7 examples, one of which has no class.
let tripletCase: OperationCase = {
  let classes = [0, 1, 0, nil, 1, 2, 0]
  return OperationCase(
    name: "tripletHinges", shapes: [[7, 7]],
    operation: { $0[0].tripletHinges(classes: classes, margin: 0.3).sum }
  ) { d in
    var sum = 0.0
    for a in 0..<7 {
      for p in 0..<7 where p != a && classes[a] != nil && classes[p] == classes[a] {
        for n in 0..<7 where classes[n] != nil && classes[n] != classes[a] {
          sum += max(0, d[0][a * 7 + p] - d[0][a * 7 + n] + 0.3)
        }
      }
    }
    return [sum]
  }
}()

/// The order of the 15 pairs of 6 examples. Some of the teacher's numbers are equal.
let pairRankingCase: OperationCase = {
  let teacher = Tensor((0..<36).map { Float($0 * 7 % 11) }, shape: [6, 6])
  let pairs = (0..<36).filter { $0 / 6 < $0 % 6 }
  return OperationCase(
    name: "pairRanking", shapes: [[6, 6]],
    operation: { $0[0].pairRanking(byTeacher: teacher, margin: 0.3) }
  ) { s in
    var sum = 0.0
    for p in pairs {
      for q in pairs where p < q {
        let σ: Double = q * 7 % 11 < p * 7 % 11 ? -1 : 1
        sum += max(0, 0.3 - σ * (s[0][q] - s[0][p]))
      }
    }
    return [sum / 105]
  }
}()

/// The divergence of probabilities, one of which is below zero in each network.
private func ratioCase(_ width: Int) -> OperationCase {
  let t = ramp([3, width]) - 0.1
  let teacher = t.scalars.map { max(Double($0), 0) }
  return OperationCase(
    name: "divergence", shapes: [[3, width]],
    operation: { ($0[0] - 0.25).divergence(fromTeacher: t, epsilon: 0.01) },
    reference: { x in
      let pairs = zip(teacher, x[0].map { max($0 - 0.25, 0) })
      return [pairs.reduce(0) { $0 + $1.0 * log(($1.0 + 0.01) / ($1.1 + 0.01)) }]
    }, range: 0...2)
}

private func divergenceCase(_ width: Int, temperature τ: Double) -> OperationCase {
  let t = ramp([3, width])
  let teacher = t.scalars.map { Double($0) }
  return OperationCase(
    name: "klDivergence, temperature \(τ)", shapes: [[3, width]],
    operation: { $0[0].klDivergence(fromTeacher: t, temperature: τ) }
  ) { x in
    let divergences = (0..<3).map { row -> Double in
      let p = Array(teacher[row * width..<(row + 1) * width]).softmax(τ)
      let q = Array(x[0][row * width..<(row + 1) * width]).softmax(τ)
      return zip(p, q).map { $0 * log($0 / $1) }.reduce(0, +)
    }
    return [divergences.reduce(0, +) / 3]
  }
}

private func pearsonCase(_ rows: Int, _ columns: Int, axis: Int) -> OperationCase {
  let t = ramp([rows, columns]).squared()
  @Sendable func vectors(_ x: [Double]) -> [[Double]] {
    axis == 1
      ? (0..<rows).map { r in (0..<columns).map { x[r * columns + $0] } }
      : (0..<columns).map { c in (0..<rows).map { x[$0 * columns + c] } }
  }
  let teacher = vectors(t.scalars.map { Double($0) })
  return OperationCase(
    name: "pearsonDistances, axis \(axis)", shapes: [[rows, columns]],
    operation: { $0[0].pearsonDistances(toTeacher: t, axis: axis, epsilon: 0.01) }
  ) { x in
    zip(vectors(x[0]), teacher).map { pearsonDistance($0, $1, epsilon: 0.01) }
  }
}

/// The distance 1 − ρ.
func pearsonDistance(_ u: [Double], _ v: [Double], epsilon ε: Double) -> Double {
  let (a, b) = (u.centered, v.centered)
  return 1 - zip(a, b).map { $0 * $1 }.reduce(0, +) / (a.length * b.length + ε)
}

extension [Double] {
  var centered: [Double] {
    let mean = reduce(0, +) / Double(count)
    return map { $0 - mean }
  }
}
