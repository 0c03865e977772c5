import Foundation
import Kindred

/// Numbers in Double, with their shape.
struct Values: Sendable {
  let shape: [Int]
  var scalars: [Double]

  init(shape: [Int], scalars: [Double]) { (self.shape, self.scalars) = (shape, scalars) }

  init(_ x: Tensor) { self.init(shape: x.shape, scalars: x.scalars.map { Double($0) }) }

  /// The number of examples.
  var n: Int { shape[0] }

  subscript(_ indices: Int...) -> Double {
    scalars[zip(shape, indices).reduce(0) { $0 * $1.0 + $1.1 }]
  }

  /// Example i, with all its features in one row.
  func row(_ i: Int) -> [Double] {
    let width = scalars.count / n
    return Array(scalars[i * width..<(i + 1) * width])
  }

  /// All examples, each with its features in one row.
  var rows: [[Double]] { (0..<n).map { row($0) } }

  /// Channel c of example i, with its pixels in one row.
  func map(_ i: Int, _ c: Int) -> [Double] {
    let pixels = shape[2] * shape[3]
    return Array(row(i)[c * pixels..<(c + 1) * pixels])
  }
}

extension Values {
  /// The features of rows, or the channels of maps at each pixel of each example.
  var features: [[Double]] {
    guard shape.count == 4 else { return rows }
    return (0..<n).flatMap { i in columns((0..<shape[1]).map { map(i, $0) }) }
  }
}

extension Values {
  /// Maps pooled to h×w: the means of windows, which share pixels if the sizes do not divide.
  func pooled(_ h: Int, _ w: Int) -> Values {
    func window(_ i: Int, _ count: Int, _ length: Int) -> Range<Int> {
      i * length / count..<((i + 1) * length + count - 1) / count
    }
    var means: [Double] = []
    for (i, c) in (0..<n).flatMap({ i in (0..<shape[1]).map { (i, $0) } }) {
      for (p, q) in (0..<h).flatMap({ p in (0..<w).map { (p, $0) } }) {
        means.append(
          mean(
            window(p, h, shape[2]).flatMap { y in
              window(q, w, shape[3]).map { self[i, c, y, $0] }
            }))
      }
    }
    return Values(shape: [n, shape[1], h, w], scalars: means)
  }
}

// MARK: - Vectors

func dot(_ u: [Double], _ v: [Double]) -> Double { zip(u, v).reduce(0) { $0 + $1.0 * $1.1 } }

func length(_ u: [Double]) -> Double { dot(u, u).squareRoot() }

/// u/‖u‖; a length below 10⁻¹² counts as 10⁻¹².
func unit(_ u: [Double]) -> [Double] { u.map { $0 / max(length(u), 1e-12) } }

func sum(_ u: [Double]) -> Double { u.reduce(0, +) }

func mean(_ u: [Double]) -> Double { sum(u) / Double(u.count) }

func difference(_ u: [Double], _ v: [Double]) -> [Double] { zip(u, v).map { $0 - $1 } }

/// ‖u − v‖.
func distance(_ u: [Double], _ v: [Double]) -> Double { length(difference(u, v)) }

/// ‖u − v‖².
func squaredDistance(_ u: [Double], _ v: [Double]) -> Double {
  dot(difference(u, v), difference(u, v))
}

/// W x + b, where W has a row for each feature of the result.
func affine(_ x: [Double], _ w: Values, _ b: Values) -> [Double] {
  zip(w.rows, b.scalars).map { dot($0, x) + $1 }
}

func softmax(_ z: [Double], _ τ: Double) -> [Double] {
  let largest = z.max() ?? 0
  let e = z.map { exp(($0 - largest) / τ) }
  return e.map { $0 / sum(e) }
}

/// Σ p log(p/q).
func divergence(_ p: [Double], from q: [Double]) -> Double {
  sum(zip(p, q).map { $0 * log($0 / $1) })
}

/// Huber's penalty: e²/2 up to δ, and a line beyond.
func huber(_ e: Double, _ δ: Double) -> Double {
  abs(e) <= δ ? e * e / 2 : δ * (abs(e) - δ / 2)
}

// MARK: - Matrices

/// An entry for each i and j below n.
func square(_ n: Int, _ entry: (Int, Int) -> Double) -> [[Double]] {
  (0..<n).map { i in (0..<n).map { entry(i, $0) } }
}

func columns(_ rows: [[Double]]) -> [[Double]] {
  rows[0].indices.map { j in rows.map { $0[j] } }
}

/// Each entry minus the means of its row and its column, plus the mean of all entries.
func doublyCentered(_ k: [[Double]]) -> [[Double]] {
  square(k.count) { i, j in
    k[i][j] - mean(k[i]) - mean(k.map { $0[j] }) + mean(k.map { mean($0) })
  }
}
