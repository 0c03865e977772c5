import CKernels

// Sums are accumulated in Double. A reduction over an axis takes any axis of a tensor of any rank,
// counted from the end if it is negative, and removes the axis unless it is asked to keep it.

extension Tensor {
  /// The sum of all scalars, of shape [].
  public func sum() -> Tensor {
    let shape = shape
    return Tensor(total).computed(from: [self]) { [$0.broadcast(to: shape)] }
  }

  /// The sum of all scalars.
  var total: Double {
    let kernels = kernels.elementwise
    return Parallel.sumOfElementwiseParts(of: count) { kernels.sum($1, pointer + $0) }
  }

  /// The mean of all scalars, of shape []; 0 if there are none.
  public func mean() -> Tensor { sum() / Tensor(Double(max(count, 1))) }

  /// The sum along one axis, which is then gone: [2, 3, 4] to [2, 4] for `axis: 1`.
  ///
  /// - Parameters:
  ///   - axis: Any axis, counted from the end if negative. An axis that the shape lacks traps.
  ///   - keepingDimensions: Whether the axis stays, with length 1, so that the sums broadcast to
  ///     this tensor's shape: [2, 3, 4] to [2, 1, 4].
  /// - Returns: The sums, in row-major order of the remaining axes.
  public func sum(axis: Int, keepingDimensions: Bool = false) -> Tensor {
    let axis = index(ofAxis: axis, "sum")
    let (shape, kept) = (shape, shape.enumerated().map { $0.offset == axis ? 1 : $0.element })
    let reduced = keepingDimensions ? kept : Array(shape[..<axis] + shape[(axis + 1)...])
    return Tensor(shape: reduced, storage: summed(to: kept).storage, inputs: [self]) {
      [$0.reshaped(kept).broadcast(to: shape)]
    }
  }

  /// The mean along one axis, which is then gone: [2, 3, 4] to [2, 4] for `axis: 1`; 0 along an axis
  /// of length 0.
  ///
  /// - Parameters:
  ///   - axis: Any axis, counted from the end if negative. An axis that the shape lacks traps.
  ///   - keepingDimensions: Whether the axis stays, with length 1: [2, 3, 4] to [2, 1, 4].
  /// - Returns: The means, in row-major order of the remaining axes.
  public func mean(axis: Int, keepingDimensions: Bool = false) -> Tensor {
    let length = shape[index(ofAxis: axis, "mean")]
    return sum(axis: axis, keepingDimensions: keepingDimensions) / Tensor(Double(max(length, 1)))
  }

  /// The mean of a square matrix's entries off the diagonal, of shape []; 0 if there are none. A
  /// matrix that is not square traps.
  public func meanOffDiagonal() -> Tensor {
    require(
      rank == 2 && shape[0] == shape[1], "[mean off diagonal] shape \(shape) is not square")
    let n = shape[0]
    let entries = Double(max(n * (n - 1), 1))
    let kernels = kernels.elementwise
    let part = max(1, Parallel.elementwisePart / max(n, 1))
    let work = Parallel.elementwiseWork(count)
    let sum = Parallel.sumOfRanges(of: n, length: part, work: work) { rows in
      rows.reduce(0) { sum, i in
        let row = pointer + i * n
        return sum + kernels.sum(i, row) + kernels.sum(n - i - 1, row + i + 1)
      }
    }
    return Tensor(sum / entries).computed(from: [self]) { dy in
      let share = Scalar(Double(dy.scalar) / entries)
      return [
        Tensor(shape: [n, n]) { dx in
          dx.initialize(repeating: share)
          for i in 0..<n { dx[i * n + i] = 0 }
        }
      ]
    }
  }

  /// The largest scalar, of shape []; NaN if any is. Scalars that tie share the gradient evenly. An
  /// empty tensor traps.
  public func maximum() -> Tensor {
    require(count > 0, "[maximum] shape \(shape) has no scalar")
    if let maximum = maximumOfPairs() { return maximum }
    let x = detached
    let kernels = kernels.elementwise
    let part = Parallel.elementwisePart
    var maxima = [Scalar](repeating: 0, count: (count + part - 1) / part)
    maxima.withUnsafeMutableBufferPointer { maxima in
      Parallel.forEachElementwisePart(of: count) { start, count in
        maxima[start / part] = kernels.maximum(count, pointer + start)
      }
    }
    let largest = kernels.maximum(maxima.count, maxima)
    return Tensor(largest).computed(from: [self]) { dy in
      let ties = Parallel.sumOfElementwiseParts(of: x.count) { start, count in
        Double((start..<start + count).count { x.pointer[$0] == largest })
      }
      let share = Scalar(Double(dy.scalar) / ties)
      return [
        Tensor.constant(shape: x.shape) { dx in
          Parallel.forEachElementwisePart(of: x.count) { start, count in
            for i in start..<start + count { dx[i] = x.pointer[i] == largest ? share : 0 }
          }
        }
      ]
    }
  }

  /// Each vector along `axis`, shifted to mean zero: a constant vector becomes exactly zero.
  public func centered(axis: Int) -> Tensor {
    let axis = index(ofAxis: axis, "center")
    let (length, inner) = (shape[axis], shape[(axis + 1)...].product)
    return Tensor.operation(shape: shape, inputs: [self]) { y in
      if inner == 1, length > 0 {
        let kernels = kernels.rows
        let rows = max(1, Parallel.elementwisePart / length)
        return Parallel.forEachRange(of: count / length, length: rows, work: count) { range in
          let start = range.lowerBound * length
          kernels.center(range.count, length, pointer + start, y + start)
        }
      }
      var means = [Double](repeating: 0, count: inner)
      for start in stride(from: 0, to: count, by: max(length * inner, 1)) {
        for k in means.indices { means[k] = 0 }
        for row in stride(from: start, to: start + length * inner, by: max(inner, 1)) {
          for k in means.indices { means[k] += Double(pointer[row + k]) }
        }
        for k in means.indices { means[k] /= Double(length) }
        for row in stride(from: start, to: start + length * inner, by: max(inner, 1)) {
          for k in means.indices { y[row + k] = Scalar(Double(pointer[row + k]) - means[k]) }
        }
      }
    } pullback: {
      [$0.centered(axis: axis)]
    }
  }

  /// The Euclidean length of each vector along `axis`, which is then gone: [2, 3, 4] to [2, 4] for
  /// `axis: 1`. The length of a zero vector has gradient 0.
  ///
  /// - Parameters:
  ///   - axis: Any axis, counted from the end if negative. An axis that the shape lacks traps.
  ///   - keepingDimensions: Whether the axis stays, with length 1: [2, 3, 4] to [2, 1, 4].
  /// - Returns: The lengths, in row-major order of the remaining axes.
  public func norm(axis: Int, keepingDimensions: Bool = false) -> Tensor {
    squared().sum(axis: axis, keepingDimensions: keepingDimensions).sqrt()
  }

  /// Each vector along the last axis divided by its Euclidean length: v / max(‖v‖, ε), ε = 10⁻¹².
  ///
  /// A vector no longer than ε has gradient 0: its derivative, the identity over ε, would swamp all
  /// else.
  public func normalized() -> Tensor {
    if let pairs = deferred(as: { $0.divided(by: .rowLengths) }, holding: { $0.normalized() }) {
      return pairs
    }
    let (shape, width) = (shape, shape.last ?? 1)
    let rows = width == 0 ? 0 : count / width
    let inverses = Storage(count: 2 * rows)
    let part = max(1, Parallel.elementwisePart / max(width, 1))
    let work = Parallel.elementwiseWork(count)
    let y = Tensor.constant(shape: shape) { y in
      let kernels = kernels.relations
      Parallel.forEachRange(of: rows, length: part, work: work) { range in
        kernels.normalizeRows(
          width, pointer, range.lowerBound, range.upperBound, y, inverses.doubles)
      }
    }
    return y.computed(from: [self]) { dy in
      // d(v/‖v‖) = (dv − u⟨u, dv⟩) / ‖v‖, where u = v/‖v‖.
      [
        Tensor.constant(shape: shape) { dx in
          let kernels = kernels.relations
          Parallel.forEachRange(of: rows, length: part, work: work) { range in
            kernels.normalizeRowsGradient(
              width, y.pointer, dy.pointer, inverses.doubles, range.lowerBound, range.upperBound,
              dx)
          }
        }
      ]
    }
  }

  /// Each vector along the last axis divided by the sum of its scalars, after an offset is added to
  /// each of these. If the sum is 0, the result is zero, with gradient 0.
  public func dividedBySum(adding offset: Double = 0) -> Tensor {
    if let pairs = deferred(
      as: { $0.divided(by: .rowSums(adding: offset)) },
      holding: { $0.dividedBySum(adding: offset) })
    {
      return pairs
    }
    let (shape, rows) = (shape, Rows(of: self))
    let inverses = Storage(count: 2 * rows.count)
    let y = Tensor.constant(shape: shape) { y in
      let kernels = kernels.rows
      rows.forEachBlock { start, count in
        kernels.divideBySum(
          count, rows.length, offset, pointer + start, y + start,
          inverses.doubles + start / rows.length)
      }
    }
    return y.computed(from: [self]) { dy in
      [
        Tensor.constant(shape: shape) { dx in
          let kernels = kernels.rows
          rows.forEachBlock { start, count in
            kernels.divideBySumGradient(
              count, rows.length, y.pointer + start, inverses.doubles + start / rows.length,
              dy.pointer + start, dx + start)
          }
        }
      ]
    }
  }

  /// Each vector along the last axis divided by its Euclidean length plus ε: v / (‖v‖ + ε).
  ///
  /// A vector of length zero has gradient 0, and not the identity over ε.
  public func normalized(damping ε: Double) -> Tensor {
    let length = norm(axis: -1, keepingDimensions: true)
    return normalized() * (length / (length + Tensor(ε)))
  }
}
