import CKernels

/// The rows of an N×D matrix, moved so that their mean is zero, with their squared distances.
///
/// Distances are computed in Double from inner products of the centred rows, and from differences
/// if those cancel: docs/kernels/pairwise-distances.md.
struct CenteredRows: Sendable {
  let x: Tensor
  /// The squared distances, N×N, times `scale`.
  let squared: Tensor
  /// The rest that rounding `squared` to Float32 left off, if it was asked for.
  let residual: Tensor?
  /// An even power of two.
  let scale: Double
  private let means: [Double]
  private let norms: [Double]

  private var n: Int { x.shape[0] }
  private var d: Int { x.shape[1] }

  /// The rows of a matrix.
  ///
  /// With `scaled`, distances are brought to the size of 1, so that their products and quotients
  /// stay within Float32 in any unit of the rows; the residual is kept as well.
  init(_ matrix: Tensor, scaled: Bool) {
    let (n, d, x) = (matrix.shape[0], matrix.shape[1], matrix.detached)
    let kernels = kernels.relations
    let means = [Double](unsafeUninitializedCapacity: d) { means, count in
      count = d
      guard let start = means.baseAddress else { return }
      Parallel.forEachRange(of: d, length: 128, work: n * d) { range in
        kernels.columnMeans(n, d, x.pointer, range.lowerBound, range.upperBound, start)
      }
    }
    let rows = kernels.packedRows(n)
    let centered = Storage(count: 2 * rows * d)
    let panel = kernels.panelRows * 4
    let norms = [Double](unsafeUninitializedCapacity: rows) { norms, count in
      count = rows
      guard let start = norms.baseAddress else { return }
      Parallel.forEachRange(of: rows, length: panel, work: n * d) { range in
        kernels.centerRows(
          n, d, x.pointer, means, range.lowerBound, range.upperBound, centered.doubles, start)
      }
    }
    let scale = scaled ? Self.scale(norms) : 1
    let squared = Storage(count: n * n)
    let residual = scaled ? Storage(count: n * n) : nil
    Parallel.forEachRange(of: n, length: 16, work: n * n * d / 2) { range in
      kernels.squaredDistances(
        n, d, x.pointer, centered.doubles, norms, scale, range.lowerBound, range.upperBound,
        squared.pointer, residual?.pointer)
    }
    (self.x, self.scale, self.means, self.norms) = (x, scale, means, norms)
    self.squared = Tensor(shape: [n, n], storage: squared, node: nil)
    self.residual = residual.map { Tensor(shape: [n, n], storage: $0, node: nil) }
  }

  /// The power of four that brings the largest squared norm to between 1/4 and 1; 1 for no norm.
  private static func scale(_ norms: [Double]) -> Double {
    guard let largest = norms.max(), largest > 0, largest.isFinite else { return 1 }
    let exponent = largest.exponent + 1
    return Double(sign: .plus, exponent: -(exponent + (exponent & 1)), significand: 1)
  }

  /// The gradient at the rows for the derivative `dy` times `factor` by `squared`.
  func gradient(_ dy: Tensor, factor: Double = 1) -> Tensor {
    let kernels = kernels.relations
    // Both factors of the product are brought to the size of 1 in the same way.
    let root = scale.squareRoot()
    let laplacian = Tensor(shape: [n, n]) { laplacian in
      guard let start = laplacian.baseAddress else { return }
      Parallel.forEachRange(of: n, length: 16, work: 4 * n * n) { range in
        kernels.distanceLaplacian(
          n, dy.pointer, squared.pointer, norms, scale, factor * root, range.lowerBound,
          range.upperBound, start)
      }
    }
    let scaled = Tensor(shape: [n, d]) { y in
      guard let start = y.baseAddress else { return }
      kernels.scaledRows(d, x.pointer, means, root, 0, n, start)
    }
    let dx = laplacian • scaled
    Parallel.forEachRange(of: n, length: 16, work: 2 * n * n) { range in
      kernels.addShortEdges(
        n, d, x.pointer, dy.pointer, squared.pointer, norms, scale, factor * scale,
        range.lowerBound, range.upperBound, dx.storage.pointer)
    }
    return dx
  }
}
