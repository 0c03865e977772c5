import CKernels
import Synchronization

/// The inner products of the rows of an N×D matrix, from which follow their Gram matrix, cosines and
/// squared distances: one matrix product forward, and one back, for all of these together.
///
/// Nothing is computed before it is asked for. docs/kernels/inner-products.md has the derivation.
public struct InnerProducts: Sendable {
  /// The rows, N×D.
  public let rows: Tensor
  private let known = Known()

  private var n: Int { rows.shape[0] }
  private var d: Int { rows.shape[1] }

  /// Of the rows of a matrix.
  public init(of rows: Tensor) {
    precondition(rows.rank == 2, "[inner products] shape \(rows.shape) is not a matrix")
    self.rows = rows
  }

  /// What was computed. A class, because all who hold these inner products share it.
  private final class Known: Sendable {
    let products = Mutex<Tensor?>(nil)
    let cosines = Mutex<[Double: Tensor]>([:])
    let distances = Mutex<Distances?>(nil)
  }

  private struct Distances {
    let squared: Tensor
    /// Whether all are large beside what rounding the products left off.
    let areLong: Bool
  }

  /// G = X Xᵀ. Its gradient is kept as the symmetric W = dG + dGᵀ, so that dX = W X.
  private var products: Tensor {
    known.products.withLock { known in
      if let known { return known }
      let (n, d, rows) = (n, d, rows.detached)
      let products = Tensor.constant(shape: [n, n]) {
        multiplyByTranspose(n, d, rows.pointer, into: $0)
      }
      let result = products.computed(from: [self.rows]) { [$0 • rows] }
      known = result
      return result
    }
  }

  /// ‖xᵢ‖², the diagonal of G.
  private var squares: [Float] {
    let products = products
    return (0..<n).map { products.pointer[$0 * n + $0] }
  }

  /// ⟨xᵢ, xⱼ⟩.
  public var gram: Tensor {
    let (ones, products) = ([Double](repeating: 1, count: n), products)
    return products.detached.computed(from: [products]) { dy in
      [Self.symmetric(dy, products, times: ones, lengths: nil)]
    }
  }

  /// ⟨xᵢ, xⱼ⟩ / (‖xᵢ‖ ‖xⱼ‖), a row divided by 10⁻¹² where it is shorter. Such a row has gradient 0.
  public var cosines: Tensor { cosines(damping: 0) }

  /// ⟨xᵢ, xⱼ⟩ / ((‖xᵢ‖ + ε) (‖xⱼ‖ + ε)). A row of length zero has gradient 0.
  public func cosines(damping ε: Double) -> Tensor {
    known.cosines.withLock { known in
      if let known = known[ε] { return known }
      let result = computedCosines(damping: ε)
      known[ε] = result
      return result
    }
  }

  private func computedCosines(damping ε: Double) -> Tensor {
    let squares = squares
    // Where a square is beyond Float32, or a length so small that it counts, rows are divided first.
    let isPlain = squares.indices.allSatisfy { i in
      (0x1p-70...0x1p100).contains(squares[i])
        || (squares[i] == 0 && (0..<d).allSatisfy { rows.pointer[i * d + $0] == 0 })
    }
    guard isPlain else {
      return ε == 0 ? rows.normalized().gram : rows.normalized(damping: ε).gram
    }
    let lengths = squares.map { Double($0).squareRoot() }
    let factors = lengths.map { $0 > 0 ? 1 / ($0 + ε) : 0 }
    let (n, products) = (n, products)
    let y = Tensor.constant(shape: [n, n]) { y in
      let kernels = kernels.relations
      Parts(n).forEach { _, rows in
        kernels.product_cosines(n, products.pointer, factors, rows.lowerBound, rows.upperBound, y)
      }
    }
    return y.computed(from: [products]) { dy in
      [Self.symmetric(dy, y, times: factors, lengths: lengths)]
    }
  }

  /// The derivative by G as W, of yᵢⱼ = Gᵢⱼ fᵢ fⱼ: where there are lengths, f = 1 / (length + ε).
  private static func symmetric(
    _ dy: Tensor, _ y: Tensor, times factors: [Double], lengths: [Double]?
  ) -> Tensor {
    let n = factors.count
    return Tensor.constant(shape: [n, n]) { gradient in
      let kernels = kernels.relations
      Parts(n).forEach { _, rows in
        kernels.product_cosines_gradient(
          n, dy.pointer, y.pointer, factors, lengths, rows.lowerBound, rows.upperBound, gradient)
      }
    }
  }

  /// ‖xᵢ − xⱼ‖², exactly symmetric, with a zero diagonal.
  public var squaredDistances: Tensor { distances.squared }

  /// The squared distances where every one is known so well that the angles between the rows follow
  /// from them with an error of 10⁻⁵ at most; `nil` where some rows are close to each other.
  var longDistances: Tensor? { distances.areLong ? distances.squared : nil }

  private var distances: Distances {
    known.distances.withLock { known in
      if let known { return known }
      let result = computedDistances
      known = result
      return result
    }
  }

  private var computedDistances: Distances {
    let norms = squares
    guard let largest = norms.max(), (0x1p-100...0x1p100).contains(largest) else {
      return centeredDistances
    }
    let (n, d, x, products) = (n, d, rows.detached, products)
    let parts = Parts(n)
    var found = [ShortEdges](repeating: ShortEdges(), count: parts.count)
    let squared = Tensor.constant(shape: [n, n]) { squared in
      let kernels = kernels.relations
      found.withUnsafeMutableBufferPointer { found in
        parts.forEach { part, rows in
          found[part] = kernels.product_distances(
            n, d, x.pointer, products.pointer, norms, rows.lowerBound, rows.upperBound, squared)
        }
      }
    }
    // Where more than a few rows are close to each other beside their length, it is their mean that
    // is long, and they are centred.
    let shortEdges = found.reduce(0) { $0 + $1.count }
    if shortEdges > 8 * n { return centeredDistances }
    let lengths = norms.map { Double($0) }
    let result = squared.computed(from: [products, rows]) { dy in
      let kernels = kernels.relations
      let laplacian = Tensor.constant(shape: [n, n]) { laplacian in
        parts.forEach { _, rows in
          kernels.distance_laplacian(
            n, 1, dy.pointer, squared.pointer, lengths, 1, 1, rows.lowerBound, rows.upperBound,
            laplacian)
        }
      }
      guard shortEdges > 0 else { return [laplacian, nil] }
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
    // Products have an error of some 2⁻²² of the largest; an angle's is this over its edges.
    let shortest = found.reduce(.infinity) { min($0, $1.shortest) }
    return Distances(squared: result, areLong: shortest >= 0x1p-4 * largest)
  }

  /// The same from centred rows and in Double, whatever the rows' mean and unit.
  private var centeredDistances: Distances {
    let centered = CenteredRows(rows, scaled: false)
    return Distances(
      squared: centered.squared.computed(from: [rows]) { [centered.gradient($0)] }, areLong: false)
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
    Parallel.forEachRange(of: n, length: length, work: 4 * n * n) {
      body($0.lowerBound / length, $0)
    }
  }
}
