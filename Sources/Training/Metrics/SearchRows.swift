import Tensors

/// A shift and a scale that are applied to rows before a search among them, so that Float32 is
/// precise enough: the mean becomes zero, and the longest row gets a length between 1/2 and 1.
struct SearchFrame: Sendable {
  let mean: [Double]
  /// The factor, which is a power of two.
  let scale: Double

  /// The frame of N×D matrices of one D, with the mean of the first.
  init(of matrices: [Tensor]) {
    let (n, d) = (matrices.first?.shape[0] ?? 0, matrices.first?.shape[1] ?? 0)
    var mean = [Double](repeating: 0, count: d)
    matrices.first?.withUnsafeBufferPointer { x in
      for row in 0..<n { for k in 0..<d { mean[k] += Double(x[row * d + k]) } }
    }
    for k in 0..<d { mean[k] /= Double(max(n, 1)) }
    var longest = 0.0
    for matrix in matrices {
      matrix.withUnsafeBufferPointer { x in
        for row in 0..<matrix.shape[0] {
          var square = 0.0
          for k in 0..<d {
            let difference = Double(x[row * d + k]) - mean[k]
            square += difference * difference
          }
          longest = max(longest, square.squareRoot())
        }
      }
    }
    self.mean = mean
    scale =
      longest > 0 && longest.isFinite
      ? Double(sign: .plus, exponent: -(Int(longest.exponent) + 1), significand: 1) : 1
  }
}

/// Rows in a frame: rounded to Float32 for matrix products, with their lengths in Double.
struct SearchRows: Sendable {
  /// The rows, N×D.
  let rows: Tensor
  /// The squared length ‖x‖² of every row.
  let squares: [Double]
  /// The length ‖x‖ of every row.
  let lengths: [Double]

  var count: Int { rows.shape[0] }
  var dimensions: Int { rows.shape[1] }

  /// Makes `count` rows from numbers that `value` gives for a row and a column.
  init(count: Int, in frame: SearchFrame, _ value: (_ row: Int, _ column: Int) -> Double) {
    let d = frame.mean.count
    var squares = [Double](repeating: 0, count: count)
    rows = Tensor(shape: [count, d]) { scalars in
      for row in 0..<count {
        for k in 0..<d {
          let scaled = (value(row, k) - frame.mean[k]) * frame.scale
          squares[row] += scaled * scaled
          scalars[row * d + k] = Float(scaled)
        }
      }
    }
    self.squares = squares
    lengths = squares.map { $0.squareRoot() }
  }

  init(_ matrix: Tensor, in frame: SearchFrame) {
    let d = matrix.shape[1]
    self = matrix.withUnsafeBufferPointer { x in
      SearchRows(count: matrix.shape[0], in: frame) { row, k in Double(x[row * d + k]) }
    }
  }
}
