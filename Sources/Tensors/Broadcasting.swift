import CKernels

extension Tensor {
  /// These scalars, repeated along the axes of length 1 and along new leading axes: [2, 1] to
  /// [3, 2, 4]. A shape that this one does not broadcast to traps.
  public func broadcast(to newShape: [Int]) -> Tensor {
    require(
      broadcastShape("broadcast", shape, newShape) == newShape,
      "[broadcast] shape \(shape) does not broadcast to \(newShape)")
    let shape = shape
    return Tensor.operation(shape: newShape, inputs: [self]) { y in
      let rows = BroadcastRows(newShape, shape, shape)
      rows.forEachPart { start, count, i, _ in
        if rows.steps.0 == 1 {
          (y + start).update(from: pointer + i, count: count)
        } else {
          (y + start).update(repeating: pointer[i], count: count)
        }
      }
    } pullback: {
      [$0.summed(to: shape)]
    }
  }

  /// Undoes a broadcast from `newShape` by summing over the axes that it repeated.
  func summed(to newShape: [Int]) -> Tensor {
    guard shape != newShape else { return self }
    guard newShape.product != 1 else { return Tensor(total).reshaped(newShape) }
    var sums = [Double](repeating: 0, count: newShape.product)
    let rows = BroadcastRows(shape, shape, newShape)
    let kernels = kernels.elementwise
    sums.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      guard rows.steps.1 == 1 else {
        for row in 0..<rows.count {
          let (i, j) = rows.start(ofRow: row)
          sums[j] += kernels.sum(rows.length, pointer + i)
        }
        return
      }
      // Parts of all rows: every sum is over the rows in their order.
      let part = max(32, rows.length / 8)
      Parallel.forEachRange(of: rows.length, length: part, work: count) { range in
        for row in 0..<rows.count {
          let (i, j) = rows.start(ofRow: row)
          kernels.addToSums(
            range.count, pointer + i + range.lowerBound, sums + j + range.lowerBound)
        }
      }
    }
    return Tensor(sums.map { Scalar($0) }, shape: newShape)
  }
}

/// The shape that two shapes broadcast to, as in NumPy.
func broadcastShape(_ name: StaticString, _ a: [Int], _ b: [Int]) -> [Int] {
  if a == b || b.isEmpty { return a }
  if a.isEmpty { return b }
  let rank = max(a.count, b.count)
  let pad = { (s: [Int]) in [Int](repeating: 1, count: rank - s.count) + s }
  return zip(pad(a), pad(b)).map { m, n in
    require(m == n || m == 1 || n == 1, "[\(name)] shapes \(a) and \(b) do not broadcast")
    return m == 1 ? n : m
  }
}

/// The entries of a tensor as rows along which each of two operands, that broadcast to the tensor's
/// shape, either advances by one entry or stays at one. Axes are joined if that is possible, so
/// that rows are as long as they can be.
struct BroadcastRows {
  /// The number of rows.
  let count: Int
  /// The number of entries in a row.
  let length: Int
  /// How far each operand advances from one entry of a row to the next: 0 or 1.
  let steps: (Int, Int)

  /// The axes outside the rows, the innermost first.
  private let outer: ArraySlice<Axis>

  private struct Axis {
    var length: Int
    let steps: (Int, Int)
  }

  /// Rows of a tensor of `shape`, to which shapes `a` and `b` broadcast.
  init(_ shape: [Int], _ a: [Int], _ b: [Int]) {
    // Most often both have the shape, or one is a scalar.
    if (a.isEmpty || a == shape) && (b.isEmpty || b == shape) {
      let length = shape.product
      self.length = length
      count = length == 0 ? 0 : 1
      steps = (a.isEmpty ? 0 : 1, b.isEmpty ? 0 : 1)
      outer = []
      return
    }
    var axes: [Axis] = []
    var (strideA, strideB) = (1, 1)
    for back in 1...max(shape.count, 1) where back <= shape.count {
      let lengthA = back <= a.count ? a[a.count - back] : 1
      let lengthB = back <= b.count ? b[b.count - back] : 1
      let steps = (lengthA == 1 ? 0 : strideA, lengthB == 1 ? 0 : strideB)
      (strideA, strideB) = (strideA * lengthA, strideB * lengthB)
      let length = shape[shape.count - back]
      guard length != 1 else { continue }
      let inner = axes.last ?? Axis(length: 0, steps: (0, 0))
      if inner.length > 0,
        steps == (inner.steps.0 * inner.length, inner.steps.1 * inner.length)
      {
        axes[axes.count - 1].length *= length
      } else {
        axes.append(Axis(length: length, steps: steps))
      }
    }
    length = axes.first?.length ?? 1
    steps = axes.first?.steps ?? (1, 1)
    outer = axes.dropFirst()
    count = length == 0 ? 0 : outer.reduce(1) { $0 * $1.length }
  }

  /// The start of a row in either operand.
  func start(ofRow row: Int) -> (Int, Int) {
    var (i, j, rest) = (0, 0, row)
    for axis in outer {
      i += rest % axis.length * axis.steps.0
      j += rest % axis.length * axis.steps.1
      rest /= axis.length
    }
    return (i, j)
  }

  /// Calls `body`, on several cores if that pays, with parts of rows: the start of a part in the
  /// tensor, its length, and its start in either operand.
  func forEachPart(_ body: (_ start: Int, _ count: Int, _ i: Int, _ j: Int) -> Void) {
    guard count > 0 else { return }
    let most = Parallel.elementwisePart
    let parts = (length + most - 1) / most
    Parallel.forEachRange(
      of: count * parts, length: max(1, most / length),
      work: Parallel.elementwiseWork(count * length)
    ) { range in
      for index in range {
        let (row, part) = index.quotientAndRemainder(dividingBy: parts)
        let (start, offset) = (start(ofRow: row), part * most)
        body(
          row * length + offset, min(most, length - offset), start.0 + offset * steps.0,
          start.1 + offset * steps.1)
      }
    }
  }
}
