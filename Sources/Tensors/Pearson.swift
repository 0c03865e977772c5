import CKernels

extension Tensor {
  /// Pearson's distance 1 − ρ of each vector along `axis` of a matrix from the teacher's, with
  ///
  ///     ρ(u, v) = ⟨u − ū, v − v̄⟩ / (‖u − ū‖ ‖v − v̄‖ + ε)
  ///
  /// The result keeps the axis, with length 1. Sums are in Double. A constant vector has ρ = 0
  /// exactly, with derivative (v − v̄) / ε. The teacher's matrix is a constant; unequal shapes trap, and
  /// so does an ε that is not positive.
  public func pearsonDistances(
    toTeacher teacher: Tensor, axis: Int, epsilon ε: Double
  ) -> Tensor {
    let axis = index(ofAxis: axis, "Pearson distances")
    require(
      rank == 2 && shape == teacher.shape,
      "[Pearson distances] shapes \(shape) and \(teacher.shape) are not two equal matrices")
    require(ε > 0, "[Pearson distances] ε = \(ε) is not positive")
    var reduced = shape
    reduced[axis] = 1
    guard count > 0 else { return Tensor(repeating: 1, shape: reduced) }
    let (u, v) = (detached, teacher.detached)
    let vectors = Vectors(axis: axis, shape: shape)
    let moments = Storage(count: 2 * 5 * vectors.step)
    let distances = Tensor.constant(shape: reduced) { distances in
      vectors.distances(u, v, ε, moments.doubles, distances)
    }
    return distances.computed(from: [self]) { dy in
      [
        Tensor.constant(shape: u.shape) { du in
          vectors.gradient(u, v, moments.doubles, dy.pointer, du)
        }
      ]
    }
  }
}

/// The vectors along one axis of a matrix.
private struct Vectors {
  let axis: Int
  let rows, columns: Int

  init(axis: Int, shape: [Int]) { (self.axis, rows, columns) = (axis, shape[0], shape[1]) }

  var count: Int { axis == 0 ? columns : rows }

  /// The distance in memory from one kind of number, for all vectors, to the next kind.
  var step: Int { (count + 15) / 16 * 16 }

  func distances(
    _ u: Tensor, _ v: Tensor, _ ε: Double, _ moments: UnsafeMutablePointer<Double>,
    _ distances: UnsafeMutablePointer<Float>
  ) {
    let kernels = kernels.rows
    guard axis == 0 else {
      return Rows(of: u).forEachBlock { start, count in
        let (row, u, v) = (start / columns, u.pointer + start, v.pointer + start)
        kernels.rowMoments(count, columns, u, v, moments + row, step)
        kernels.pearsonDistances(
          count, columns, ε, u, columns, v, columns, moments + row, step, distances + row)
      }
    }
    // There are few blocks, since each has sums for every column.
    let blocks = Rows(of: u, entries: max(16384, u.count / 16))
    let length = 5 * step
    let parts = Storage(count: 2 * length * blocks.blocks)
    blocks.forEachBlock { start, count in
      let block = start / (columns * blocks.blockLength)
      kernels.columnMoments(
        count, columns, u.pointer + start, v.pointer + start, u.pointer, v.pointer,
        parts.doubles + block * length, step)
    }
    moments.update(from: parts.doubles, count: length)
    for block in 1..<max(blocks.blocks, 1) {
      let part = parts.doubles + block * length
      for k in 0..<length { moments[k] += part[k] }
    }
    kernels.pearsonDistances(
      columns, rows, ε, u.pointer, 1, v.pointer, 1, moments, step, distances)
  }

  func gradient(
    _ u: Tensor, _ v: Tensor, _ slopes: UnsafePointer<Double>, _ dy: UnsafePointer<Float>,
    _ du: UnsafeMutablePointer<Float>
  ) {
    let kernels = kernels.rows
    let scaled = Storage(count: 2 * 3 * step)
    for k in 0..<3 {
      for i in 0..<count { scaled.doubles[k * step + i] = Double(dy[i]) * slopes[k * step + i] }
    }
    Rows(of: u).forEachBlock { start, count in
      let (own, kernel) =
        axis == 0
        ? (scaled.doubles, kernels.columnPearsonGradient)
        : (scaled.doubles + start / columns, kernels.rowPearsonGradient)
      kernel(count, columns, u.pointer + start, v.pointer + start, own, step, du + start)
    }
  }
}
