import CKernels
import Tensors

/// The relation kernels, called as one network's relations call them, in ranges of a given length.
struct RelationBatch {
  let kernels: RelationKernels
  let n: Int, d: Int, x: [Float], scale: Double
  private(set) var means: [Double], norms: [Double]
  private(set) var squared: [Float], residual: [Float]

  init(_ table: Kernels.Table, _ x: [Float], n: Int, d: Int, scale: Double = 1, length: Int = 64) {
    kernels = table.pointer.pointee.relations
    (self.n, self.d, self.x, self.scale) = (n, d, x, scale)
    let rows = kernels.packedRows(n)
    means = Array(repeating: 0, count: d)
    norms = Array(repeating: .nan, count: rows)
    squared = Array(repeating: .nan, count: n * n)
    residual = squared
    var centered = [Double](repeating: .nan, count: rows * d)
    kernels.columnMeans(n, d, x, 0, d / 2, &means)
    kernels.columnMeans(n, d, x, d / 2, d, &means)
    for panel in stride(from: 0, to: rows, by: kernels.panelRows) {
      kernels.centerRows(n, d, x, means, panel, panel + kernels.panelRows, &centered, &norms)
    }
    for first in stride(from: 0, to: n, by: length) {
      kernels.squaredDistances(
        n, d, x, centered, norms, scale, first, min(first + length, n), &squared, &residual)
    }
  }

  /// The gradient at the rows, from the derivatives by the squared distances.
  func gradient(_ dy: [Float], factor: Double = 1) -> [Float] {
    let root = scale.squareRoot()
    var laplacian = squared
    var rows = x
    var dx = [Float](repeating: 0, count: n * d)
    for first in stride(from: 0, to: n, by: 7) {
      let end = min(first + 7, n)
      kernels.distanceLaplacian(
        n, dy, squared, norms, scale, factor * root, first, end, &laplacian)
      kernels.scaledRows(d, x, means, root, first, end, &rows)
    }
    for i in 0..<n {
      for j in 0..<n {
        for k in 0..<d { dx[i * d + k] += laplacian[i * n + j] * rows[j * d + k] }
      }
    }
    kernels.addShortEdges(
      n, d, x, dy, squared, norms, scale, factor * scale, 0, n, &dx)
    return dx
  }

  /// The angles' penalty over ordered triples of different rows, the penalty over the triples with
  /// b = c, and the gradient of the first at the student's rows.
  static func angles(
    _ student: RelationBatch, _ teacher: RelationBatch, _ penalty: PenaltyKind, delta: Float,
    parts: Int = 2
  ) -> (distinct: Double, equal: Double, gradient: [Float]) {
    let (kernels, n) = (student.kernels, student.n)
    var scratch = [Float](repeating: .nan, count: kernels.angleScratchCount(n))
    var (distinct, equal, dy) = (0.0, 0.0, [Float](repeating: 0, count: n * n))
    for part in 0..<parts {
      var sums = [Double.nan, .nan]
      var gradient = [Float](repeating: .nan, count: n * n)
      student.squared.withUnsafeBufferPointer { s in
        student.residual.withUnsafeBufferPointer { sRest in
          teacher.squared.withUnsafeBufferPointer { t in
            teacher.residual.withUnsafeBufferPointer { tRest in
              guard let s = s.baseAddress, let sRest = sRest.baseAddress,
                let t = t.baseAddress, let tRest = tRest.baseAddress
              else { return }
              kernels.angles(
                n,
                Edges(squared: s, residual: sRest, smallest: Float(1e-24 * student.scale)),
                Edges(squared: t, residual: tRest, smallest: Float(1e-24 * teacher.scale)),
                0, penalty, delta, n * part / parts, n * (part + 1) / parts, &sums, &gradient,
                &scratch)
            }
          }
        }
      }
      distinct += 2 * sums[0]
      equal += sums[1]
      for at in dy.indices { dy[at] += gradient[at] }
    }
    return (distinct, equal, student.gradient(dy, factor: 2))
  }
}

/// Distances and angles by plain loops in Double.
enum RelationReference {
  static func squaredDistances(_ x: [Float], n: Int, d: Int) -> [Double] {
    (0..<n * n).map { ij in
      (0..<d).reduce(0) { sum, k in
        let difference = Double(x[ij / n * d + k]) - Double(x[ij % n * d + k])
        return sum + difference * difference
      }
    }
  }

  /// dxᵢ = 2 Σⱼ (dyᵢⱼ + dyⱼᵢ) (xᵢ − xⱼ)
  static func distanceGradient(_ x: [Float], _ dy: [Float], n: Int, d: Int) -> [Double] {
    (0..<n * d).map { ik in
      let (i, k) = (ik / d, ik % d)
      return (0..<n).reduce(0) { sum, j in
        let w = Double(dy[i * n + j]) + Double(dy[j * n + i])
        return sum + 2 * w * (Double(x[i * d + k]) - Double(x[j * d + k]))
      }
    }
  }

  /// The unit vectors from a to each row, one after the other, 0 for rows that coincide with a; and
  /// the distances.
  private static func directions(_ x: [Float], from a: Int, n: Int) -> ([Double], [Double]) {
    let d = x.count / n
    var (units, lengths) = ([Double](repeating: 0, count: n * d), [Double](repeating: 0, count: n))
    for b in 0..<n {
      var sum = 0.0
      for k in 0..<d {
        units[b * d + k] = Double(x[b * d + k]) - Double(x[a * d + k])
        sum += units[b * d + k] * units[b * d + k]
      }
      lengths[b] = sum > 1e-24 ? sum.squareRoot() : 0
      for k in 0..<d { units[b * d + k] = sum > 1e-24 ? units[b * d + k] / lengths[b] : 0 }
    }
    return (units, lengths)
  }

  static func penalize(_ e: Double, _ penalty: PenaltyKind, _ delta: Double) -> (Double, Double) {
    switch penalty {
    case PENALTY_SQUARE: return (e * e, 2 * e)
    case PENALTY_ABSOLUTE: return (abs(e), e > 0 ? 1 : e < 0 ? -1 : 0)
    default:
      return abs(e) <= delta
        ? (e * e / 2, e) : (delta * (abs(e) - delta / 2), e > 0 ? delta : -delta)
    }
  }

  static func angles(
    _ student: [Float], _ teacher: [Float], n: Int, d: Int, _ penalty: PenaltyKind, delta: Double
  ) -> (distinct: Double, equal: Double, gradient: [Double]) {
    var (distinct, equal, gradient) = (0.0, 0.0, [Double](repeating: 0, count: n * d))
    let teacherColumns = teacher.count / n
    for a in 0..<n {
      let (s, lengths) = directions(student, from: a, n: n)
      let t = directions(teacher, from: a, n: n).0
      for b in 0..<n where b != a {
        for c in b..<n where c != a {
          var (cosine, other) = (0.0, 0.0)
          for k in 0..<d { cosine += s[b * d + k] * s[c * d + k] }
          for k in 0..<teacherColumns {
            other += t[b * teacherColumns + k] * t[c * teacherColumns + k]
          }
          let (value, slope) = penalize(cosine - other, penalty, delta)
          guard b != c else {
            equal += value
            continue
          }
          distinct += 2 * value
          for k in 0..<d {
            let (u, v) = (s[b * d + k], s[c * d + k])
            let toB = lengths[b] > 0 ? 2 * slope * (v - cosine * u) / lengths[b] : 0
            let toC = lengths[c] > 0 ? 2 * slope * (u - cosine * v) / lengths[c] : 0
            gradient[b * d + k] += toB
            gradient[c * d + k] += toC
            gradient[a * d + k] -= toB + toC
          }
        }
      }
    }
    return (distinct, equal, gradient)
  }
}
