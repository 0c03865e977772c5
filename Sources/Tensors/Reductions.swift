import CKernels

// Sums are accumulated in Double. A reduction over an axis keeps the axis, with length 1.

extension Tensor {
  /// The sum of all scalars, of shape [].
  public func sum() -> Tensor {
    let shape = shape
    return Tensor(total).computed(from: [self]) { [$0.broadcast(to: shape)] }
  }

  /// The sum of all scalars.
  var total: Double {
    let kernels = kernels.elementwise
    let part = Parallel.elementwisePart
    var sums = [Double](repeating: 0, count: (count + part - 1) / part)
    sums.withUnsafeMutableBufferPointer { sums in
      Parallel.forEachElementwisePart(of: count) { start, count in
        sums[start / part] = kernels.sum(count, pointer + start)
      }
    }
    return sums.reduce(0, +)
  }

  /// The mean of all scalars, of shape []; 0 where there are none.
  public func mean() -> Tensor { sum() / Tensor(Double(max(count, 1))) }

  /// The sum along one axis.
  public func sum(axis: Int) -> Tensor {
    let axis = index(ofAxis: axis, "sum")
    var reduced = shape
    reduced[axis] = 1
    let shape = shape
    return summed(to: reduced).computed(from: [self]) { [$0.broadcast(to: shape)] }
  }

  /// The mean along one axis.
  public func mean(axis: Int) -> Tensor {
    sum(axis: axis) / Tensor(Double(max(shape[index(ofAxis: axis, "mean")], 1)))
  }

  /// The largest scalar, of shape []. Its gradient is shared evenly between those that tie.
  public func maximum() -> Tensor {
    precondition(count > 0, "[maximum] shape \(shape) has no scalar")
    let x = detached
    let largest = kernels.elementwise.maximum(count, pointer)
    return Tensor(largest).computed(from: [self]) { dy in
      let ties = x.withUnsafeBufferPointer { $0.count { $0 == largest } }
      let share = dy.scalar / Scalar(ties)
      return [
        Tensor(shape: x.shape) { dx in
          for i in 0..<x.count { dx[i] = x.pointer[i] == largest ? share : 0 }
        }
      ]
    }
  }

  /// Each vector along `axis`, shifted to mean zero.
  public func centered(axis: Int) -> Tensor { self - mean(axis: axis) }

  /// The Euclidean length of each vector along `axis`; a zero vector's has gradient 0.
  public func norm(axis: Int) -> Tensor { squared().sum(axis: axis).squareRoot() }

  /// Each vector along the last axis divided by its Euclidean length: v / max(‖v‖, ε).
  ///
  /// A vector no longer than ε has gradient 0, where its derivative, the identity over ε, would
  /// swamp all else.
  public func normalized(epsilon ε: Double = 1e-12) -> Tensor {
    let x = detached
    let width = shape.last ?? 1
    let rows = width == 0 ? 0 : count / width
    var inverse = [Double](repeating: 0, count: rows)
    var isRegular = [Bool](repeating: false, count: rows)
    let y = Tensor.constant(shape: shape) { y in
      let kernels = kernels.elementwise
      for r in 0..<rows {
        let row = pointer + r * width
        let length = kernels.dot(width, row, row).squareRoot()
        isRegular[r] = length > ε
        inverse[r] = 1 / max(length, ε)
        kernels.scale.value(width, Scalar(inverse[r]), row, y + r * width)
      }
    }
    let (scale, regular) = (inverse, isRegular)
    return y.computed(from: [self]) { dy in
      // d(v/‖v‖) = (dv − u⟨u, dv⟩) / ‖v‖, where u = v/‖v‖.
      [
        Tensor.constant(shape: x.shape) { dx in
          let kernels = kernels.elementwise
          for r in 0..<rows {
            let (u, dv, to) = (y.pointer + r * width, dy.pointer + r * width, dx + r * width)
            if regular[r] {
              let along = kernels.dot(width, u, dv)
              kernels.combine(width, Scalar(scale[r]), dv, Scalar(-along * scale[r]), u, to)
            } else {
              to.update(repeating: 0, count: width)
            }
          }
        }
      ]
    }
  }
}
