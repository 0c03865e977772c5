import CKernels
import Synchronization

/// The inner products of the rows of an N×D matrix. The rows' Gram matrix, cosines and squared
/// distances follow from them: one matrix product forward, and one back, for all of these together.
///
/// The products are computed when one of these is first asked for. docs/kernels/inner-products.md has
/// the derivation.
public struct InnerProducts: Sendable {
  /// The rows, N×D.
  public let rows: Tensor
  /// Whether matrices of many rows are described and not held.
  private let areDescribed: Bool
  private let shared = Shared()

  /// The inner products of the rows of a matrix, N×D. Another rank traps.
  public init(of rows: Tensor) { self.init(of: rows, areDescribed: false) }

  /// The inner products of the rows of a matrix. From ``PairTiles/threshold`` rows on, what follows from them is
  /// described, so that a loss may go through pairs in tiles.
  package init(describing rows: Tensor) {
    self.init(of: rows, areDescribed: rows.shape[0] >= PairTiles.threshold)
  }

  private init(of rows: Tensor, areDescribed: Bool) {
    require(rows.rank == 2, "[inner products] shape \(rows.shape) is not a matrix")
    (self.rows, self.areDescribed) = (rows, areDescribed)
  }

  /// The Gram matrix ⟨xᵢ, xⱼ⟩, N×N.
  public var gram: Tensor {
    deferred(.products, of: { $0 }, holding: { $0.gram }) ?? withKnown { $0.gram }
  }

  /// The cosines ⟨xᵢ, xⱼ⟩ / (‖xᵢ‖ ‖xⱼ‖), N×N, the same in any unit of the rows. A row of length zero, or
  /// shorter than some 10⁻¹² of the largest number, has gradient 0.
  public var cosines: Tensor { cosines(damping: 0) }

  /// ⟨xᵢ, xⱼ⟩ / ((‖xᵢ‖ + ε) (‖xⱼ‖ + ε)), N×N. A row of length zero has gradient 0.
  public func cosines(damping ε: Double) -> Tensor {
    deferred(
      .products, of: { $0.directions(damping: ε) }, holding: { $0.cosines(damping: ε) })
      ?? withKnown { $0.cosines(damping: ε) }
  }

  /// The squared distances ‖xᵢ − xⱼ‖², N×N, exactly symmetric, with a zero diagonal.
  public var squaredDistances: Tensor {
    deferred(.squaredDistances, of: { $0 }, holding: { $0.distances.squared })
      ?? withKnown { $0.distances.squared }
  }

  /// The squared distances, if all of them are so exact that the angles between the rows follow from
  /// them with an error of 10⁻⁵ at most; `nil` if some rows are close to each other.
  var longDistances: Tensor? { withKnown { $0.distances.areLong ? $0.distances.squared : nil } }

  /// A description of a matrix, if matrices are not held; `nil` otherwise. It has the rows from
  /// which every number follows, and the whole matrix in case that an operation reads its numbers.
  private func deferred(
    _ origin: PairForm.Origin, of directions: @escaping @Sendable (Tensor) -> Tensor,
    holding held: @escaping @Sendable (inout KnownProducts) -> Tensor
  ) -> Tensor? {
    guard areDescribed else { return nil }
    let form = PairForm(origin, ofRows: rows.shape[0]) { directions(rows) }
    return DeferredPairs(form) { withKnown { held(&$0) } }.tensor(isConstant: rows.isConstant)
  }

  private func withKnown<Value: Sendable>(_ body: (inout KnownProducts) -> Value) -> Value {
    shared.known.withLock { shared in
      var known = shared.take() ?? KnownProducts(of: rows)
      defer { shared = known }
      return body(&known)
    }
  }

  /// A class, because all who hold these inner products share what is known.
  private final class Shared: Sendable {
    let known = Mutex<KnownProducts?>(nil)
  }
}

/// The inner products G of some rows, with what was computed from them.
private struct KnownProducts {
  private let rows: Tensor
  /// A tensor in place of G on the way back. Its gradient is the symmetric W = dG + dGᵀ, so that dX = W X.
  private let origin: Tensor
  /// ‖xᵢ‖², the diagonal of G.
  private let squares: [Float]
  private var products: Tensor?
  /// Whether others hold `products`.
  private var areProductsShared = false
  private var cosines: [Double: Tensor] = [:]
  private var knownDistances: Distances?

  struct Distances {
    let squared: Tensor
    /// Whether all are large beside what rounding the products left off.
    let areLong: Bool
  }

  private var n: Int { rows.shape[0] }
  private var d: Int { rows.shape[1] }

  init(of rows: Tensor) {
    let (n, x) = (rows.shape[0], rows.detached)
    let products = Self.products(of: x)
    (self.rows, self.products) = (rows, products)
    origin = Tensor(0).computed(from: [rows]) { [$0 • x] }
    squares = (0..<n).map { products.pointer[$0 * n + $0] }
  }

  private static func products(of x: Tensor) -> Tensor {
    let (n, d) = (x.shape[0], x.shape[1])
    return Tensor.constant(shape: [n, n]) { multiplyByTranspose(n, d, x.pointer, into: $0) }
  }

  /// G, made from the distances if these took its memory.
  private mutating func availableProducts() -> Tensor {
    if let products { return products }
    guard arePlain, let squared = knownDistances?.squared else {
      return Self.products(of: rows.detached)
    }
    let (n, norms) = (n, squares)
    let result = Tensor.constant(shape: [n, n]) { products in
      let kernels = kernels.relations
      Parts(n).forEach { _, rows in
        kernels.distanceProducts(
          n, squared.pointer, norms, rows.lowerBound, rows.upperBound, products)
      }
    }
    products = result
    return result
  }

  var gram: Tensor {
    mutating get {
      let products = availableProducts()
      areProductsShared = true
      return products.computed(from: [origin]) { [$0.plusTransposed] }
    }
  }

  mutating func cosines(damping ε: Double) -> Tensor {
    let ε = isNegligible(ε) ? 0 : ε
    if let known = cosines[ε] { return known }
    let result = computedCosines(damping: ε)
    cosines[ε] = result
    return result
  }

  /// Whether adding ε to the lengths changes no cosine by more than 2⁻²⁴ of it. Cosines that are
  /// alike are then computed once, and so is what leads back from them.
  private func isNegligible(_ ε: Double) -> Bool {
    let shortest = squares.lazy.filter { $0 > 0 }.min() ?? 0
    return 0x1p25 * ε <= Double(shortest).squareRoot() && areLengthsPlain
  }

  /// Whether every square is within Float32, and no length but 0 so small that ε = 10⁻¹² counts.
  private var areLengthsPlain: Bool {
    squares.indices.allSatisfy { i in
      (0x1p-70...0x1p100).contains(squares[i])
        || (squares[i] == 0 && (0..<d).allSatisfy { rows.pointer[i * d + $0] == 0 })
    }
  }

  private mutating func computedCosines(damping ε: Double) -> Tensor {
    // If a length is not plain, rows are divided first.
    guard areLengthsPlain else {
      return ε == 0
        ? rows.atUnitScale().normalized().gram : rows.normalized(damping: ε).gram
    }
    // A vector of one number has a sign alone, and no direction that changes.
    if d == 1, ε == 0 {
      let signs = Tensor(
        (0..<n).map { rows.pointer[$0] > 0 ? 1 : rows.pointer[$0] < 0 ? -1 : 0 }, shape: [n, 1])
      return Tensor.matmul(signs, signs, transposingSecond: true).computed(from: [rows]) { _ in
        [Tensor(repeating: 0, shape: [signs.count, 1])]
      }
    }
    let lengths = squares.map { Double($0).squareRoot() }
    let factors = lengths.map { $0 > 0 ? 1 / ($0 + ε) : 0 }
    let (n, products) = (n, availableProducts())
    let y = Tensor.constant(shape: [n, n]) { y in
      let kernels = kernels.relations
      Parts(n).forEach { _, rows in
        kernels.productCosines(n, products.pointer, factors, rows.lowerBound, rows.upperBound, y)
      }
    }
    return y.computed(from: [origin]) { dy in
      [dy.plusTransposed(through: y, factors, lengths)]
    }
  }

  var distances: Distances {
    mutating get {
      if let knownDistances { return knownDistances }
      let result = arePlain ? computedDistances() : centeredDistances
      knownDistances = result
      return result
    }
  }

  /// Whether the squares, their sums and quotients are within Float32.
  private var arePlain: Bool {
    squares.max().map { (0x1p-100...0x1p100).contains($0) } ?? false
  }

  private mutating func computedDistances() -> Distances {
    let (n, d, x, norms) = (n, d, rows.detached, squares)
    let products = availableProducts()
    // If nobody holds the products, their memory becomes that of the distances.
    let target = areProductsShared ? Storage(count: n * n) : products.storage
    if !areProductsShared { self.products = nil }
    let parts = Parts(n)
    var found = [ShortEdges](repeating: ShortEdges(), count: parts.count)
    found.withUnsafeMutableBufferPointer { found in
      let kernels = kernels.relations
      parts.forEach { part, rows in
        found[part] = kernels.productDistances(
          n, products.pointer, norms, rows.lowerBound, rows.upperBound, target.pointer)
      }
    }
    let squared = Tensor(shape: [n, n], storage: target, node: nil)
    // If more than a few rows are close to each other beside their length, their mean is what is
    // long, and they are centred.
    let shortEdges = found.reduce(0) { $0 + $1.count }
    if shortEdges > 8 * n { return centeredDistances }
    if shortEdges > 0 {
      let kernels = kernels.relations
      parts.forEach { _, rows in
        kernels.closeDistances(
          n, d, x.pointer, norms, rows.lowerBound, rows.upperBound, target.pointer)
      }
    }
    let lengths = norms.map { Double($0) }
    let result = squared.computed(from: [origin, rows]) { dy in
      let kernels = kernels.relations
      let laplacian = Tensor.constant(shape: [n, n]) { laplacian in
        parts.forEach { _, rows in
          kernels.distanceLaplacian(
            n, dy.pointer, squared.pointer, lengths, 1, 1, rows.lowerBound, rows.upperBound,
            laplacian)
        }
      }
      guard shortEdges > 0 else { return [laplacian, nil] }
      let dx = Tensor.constant(shape: [n, d]) { dx in
        dx.initialize(repeating: 0, count: n * d)
        parts.forEach { _, rows in
          kernels.addShortEdges(
            n, d, x.pointer, dy.pointer, squared.pointer, lengths, 1, 1, rows.lowerBound,
            rows.upperBound, dx)
        }
      }
      return [laplacian, dx]
    }
    // Products have an error of some 2⁻²² of the largest; an angle's is this over its edges.
    let shortest = found.reduce(.infinity) { min($0, $1.shortest) }
    let largest = norms.max() ?? 0
    return Distances(squared: result, areLong: shortest >= 0x1p-4 * largest)
  }

  /// The distances from centred rows and in Double, for any mean and unit of the rows.
  private var centeredDistances: Distances {
    let centered = CenteredRows(rows, scaled: false)
    return Distances(
      squared: centered.squared.computed(from: [rows]) { [centered.gradient($0)] }, areLong: false)
  }
}

extension Tensor {
  /// dG + dGᵀ of this gradient dG at a square matrix.
  var plusTransposed: Tensor {
    plusTransposed(through: self, [Double](repeating: 1, count: shape[0]), nil)
  }

  /// The derivative of yᵢⱼ = Gᵢⱼ fᵢ fⱼ by G, plus its transpose, from this gradient at y. If there are lengths,
  /// f = 1 / (length + ε).
  fileprivate func plusTransposed(
    through y: Tensor, _ factors: [Double], _ lengths: [Double]?
  ) -> Tensor {
    let n = factors.count
    return Tensor.constant(shape: [n, n]) { gradient in
      let kernels = kernels.relations
      Parts(n).forEach { _, rows in
        kernels.productCosinesGradient(
          n, pointer, y.pointer, factors, lengths, rows.lowerBound, rows.upperBound, gradient)
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
    Parallel.forEachRange(of: n, length: length, work: 4 * n * n) {
      body($0.lowerBound / length, $0)
    }
  }
}
