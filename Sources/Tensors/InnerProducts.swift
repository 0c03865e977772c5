import CKernels
import Foundation

/// The inner products of the rows of an N×D matrix, from which follow their Gram matrix, cosines and
/// squared distances: one matrix product forward, and one back, for all of these together.
///
/// The rows are centred first, so that a mean that is large beside their spread costs no precision:
/// docs/kernels/inner-products.md.
public struct InnerProducts: Sendable {
  /// The rows.
  public let x: Tensor
  private let means: [Double]
  /// s², an even power of two.
  private let scale: Double
  /// C, the inner products of the centred rows. Its gradient is kept as the symmetric W = dC + dCᵀ
  /// for fixed means: dx = s W (s(x − m)), to which adds what a result owes to the means.
  private let products: Tensor
  /// The diagonal of C.
  private let norms: [Float]

  private var n: Int { x.shape[0] }
  private var d: Int { x.shape[1] }

  /// Of the rows of a matrix.
  public init(of x: Tensor) {
    precondition(x.rank == 2, "[inner products] shape \(x.shape) is not a matrix")
    let means = Self.columnMeans(of: x)
    var scale = 1.0
    var centered = Self.centered(x, at: means, times: 1)
    var (products, norms) = Self.products(of: centered)
    let largest = norms.max() ?? 0
    let isTiny = largest < 0x1p-100 && centered.withUnsafeBufferPointer { $0.contains { $0 != 0 } }
    if isTiny || largest > 0x1p100 {
      scale = Self.scale(of: x, around: means)
      centered = Self.centered(x, at: means, times: scale.squareRoot())
      (products, norms) = Self.products(of: centered)
    }
    (self.x, self.means, self.scale, self.norms) = (x, means, scale, norms)
    let (y, root) = (centered, Float(scale.squareRoot()))
    self.products = products.computed(from: [x]) { w in
      let dx = w • y
      return [root == 1 ? dx : Tensor(root) * dx]
    }
  }

  private static func columnMeans(of x: Tensor) -> [Double] {
    let (n, d) = (x.shape[0], x.shape[1])
    return [Double](unsafeUninitializedCapacity: d) { means, count in
      count = d
      guard let start = means.baseAddress else { return }
      let kernels = kernels.relations
      Parallel.forEachRange(of: d, length: 128, work: n * d / 2) { range in
        kernels.column_means(n, d, x.pointer, range.lowerBound, range.upperBound, start)
      }
    }
  }

  private static func centered(_ x: Tensor, at means: [Double], times root: Double) -> Tensor {
    let (n, d) = (x.shape[0], x.shape[1])
    return Tensor.constant(shape: [n, d]) { y in
      let kernels = kernels.relations
      Parallel.forEachRange(of: n, length: 32, work: n * d / 2) { rows in
        kernels.scaled_rows(d, x.pointer, means, root, rows.lowerBound, rows.upperBound, y)
      }
    }
  }

  private static func products(of y: Tensor) -> (products: Tensor, norms: [Float]) {
    let (n, d) = (y.shape[0], y.shape[1])
    let products = Tensor.constant(shape: [n, n]) { multiplyByTranspose(n, d, y.pointer, into: $0) }
    return (products, (0..<n).map { products.pointer[$0 * n + $0] })
  }

  /// The power of four that brings the largest squared length of a centred row to the size of 1.
  private static func scale(of x: Tensor, around means: [Double]) -> Double {
    let (n, d) = (x.shape[0], x.shape[1])
    let largest = (0..<n).reduce(0.0) { largest, i in
      max(
        largest,
        (0..<d).reduce(0.0) { sum, k in
          let difference = Double(x.pointer[i * d + k]) - means[k]
          return sum + difference * difference
        })
    }
    guard largest > 0, largest.isFinite else { return 1 }
    let exponent = largest.exponent + 1
    return scalbn(1, -Int(exponent + (exponent & 1)))
  }
}

extension InnerProducts {
  /// ‖xᵢ − xⱼ‖², exactly symmetric, with a zero diagonal.
  public var squaredDistances: Tensor {
    let (n, d, x, scale, norms, products) = (n, d, x, scale, norms, products)
    let parts = Parts(n)
    var isShort = [Bool](repeating: false, count: parts.count)
    let scaled = Tensor.constant(shape: [n, n]) { y in
      let kernels = kernels.relations
      isShort.withUnsafeMutableBufferPointer { isShort in
        parts.forEach { part, rows in
          isShort[part] =
            kernels.product_distances(
              n, d, x.pointer, products.pointer, norms, scale, rows.lowerBound, rows.upperBound, y)
            != 0
        }
      }
    }
    let squared = scale == 1 ? scaled : Tensor(1 / scale) * scaled
    let hasShortEdges = isShort.contains(true)
    let lengths = norms.map { Double($0) / scale }
    return squared.computed(from: [products, x]) { dy in
      let kernels = kernels.relations
      let laplacian = Tensor.constant(shape: [n, n]) { laplacian in
        parts.forEach { _, rows in
          kernels.distance_laplacian(
            n, 1, dy.pointer, squared.pointer, lengths, 1, 1 / scale, rows.lowerBound,
            rows.upperBound, laplacian)
        }
      }
      guard hasShortEdges else { return [laplacian, nil] }
      let dx = Tensor.constant(shape: [n, d]) { dx in
        dx.initialize(repeating: 0, count: n * d)
        parts.forEach { _, rows in
          kernels.add_short_edges(
            n, d, x.pointer, 1, dy.pointer, squared.pointer, lengths, 1, 1, rows.lowerBound,
            rows.upperBound, dx)
        }
      }
      return [laplacian, dx]
    }
  }

  /// ⟨xᵢ, xⱼ⟩.
  public var gram: Tensor {
    let factors = [Double](repeating: 1 / scale.squareRoot(), count: n)
    return entries(times: factors, rows: squaredLengths, normalizing: false)
  }

  /// ⟨xᵢ, xⱼ⟩ / (‖xᵢ‖ ‖xⱼ‖), a row xᵢ divided by 10⁻¹² where it is shorter. Such a row has gradient 0.
  public var cosines: Tensor {
    let squares = squaredLengths
    // One that is neither zero nor longer than 10⁻¹² has a value, and no gradient.
    if squares.contains(where: { $0 > 0 && $0 <= 1e-24 * scale }) { return x.normalized().gram }
    let factors = squares.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    return entries(times: factors, rows: squares, normalizing: true)
  }

  /// s²⟨xᵢ, xⱼ⟩ fᵢ fⱼ.
  private func entries(times factors: [Double], rows squares: [Double], normalizing: Bool) -> Tensor {
    let (n, d, x, means, scale, products) = (n, d, x, means, scale, products)
    let square = scale * means.reduce(0) { $0 + $1 * $1 }
    // s²⟨xᵢ − m, m⟩
    let u = zip(squares, norms).map { ($0 - Double($1) - square) / 2 }
    let parts = Parts(n)
    let y = Tensor.constant(shape: [n, n]) { y in
      let (kernels, elementwise) = (kernels.relations, kernels.elementwise)
      parts.forEach { _, rows in
        kernels.product_cosines(
          n, products.pointer, u, square, factors, rows.lowerBound, rows.upperBound, y)
      }
      // Of a row that is short beside the mean, centring has left too little.
      for i in 0..<n where squares[i] < 0x1p-4 * (Double(norms[i]) + square) {
        for j in 0..<n {
          let product = elementwise.dot(d, x.pointer + i * d, x.pointer + j * d)
          y[i * n + j] = Float(scale * product * factors[i] * factors[j])
          y[j * n + i] = y[i * n + j]
        }
      }
    }
    return y.computed(from: [products, x]) { dy in
      var sums = [Double](repeating: 0, count: n)
      let gradient = Tensor.constant(shape: [n, n]) { gradient in
        let kernels = kernels.relations
        sums.withUnsafeMutableBufferPointer { sums in
          guard let sums = sums.baseAddress else { return }
          parts.forEach { _, rows in
            kernels.product_cosines_gradient(
              n, dy.pointer, y.pointer, factors, normalizing ? 1 : 0, rows.lowerBound,
              rows.upperBound, gradient, sums)
          }
        }
      }
      let alongMean = Tensor.constant(shape: [n, d]) { dx in
        for i in 0..<n {
          let sum = sums[i] * scale
          for k in 0..<d { dx[i * d + k] = Float(sum * means[k]) }
        }
      }
      return [gradient, alongMean]
    }
  }

  /// s²‖xᵢ‖².
  private var squaredLengths: [Double] {
    let (n, d, x, scale) = (n, d, x, scale)
    return [Double](unsafeUninitializedCapacity: n) { squares, count in
      count = n
      guard let start = squares.baseAddress else { return }
      let kernels = kernels.elementwise
      Parallel.forEachRange(of: n, length: 32, work: n * d / 2) { rows in
        for i in rows {
          start[i] = scale * kernels.dot(d, x.pointer + i * d, x.pointer + i * d)
        }
      }
    }
  }
}

/// The rows of an N×N matrix, in parts that do not depend on the number of threads.
private struct Parts {
  let n: Int
  let length: Int

  init(_ n: Int) {
    self.n = n
    length = max(16, min(64, n / 4 / 16 * 16))
  }

  var count: Int { (n + length - 1) / length }

  func forEach(_ body: (_ part: Int, _ rows: Range<Int>) -> Void) {
    Parallel.forEachRange(of: n, length: length, work: 4 * n * n) { body($0.lowerBound / length, $0) }
  }
}
