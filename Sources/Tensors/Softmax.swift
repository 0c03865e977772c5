import CKernels

// All of these work on rows: N×C logits, one row an example. The kernels subtract the row's maximum
// first, so that no finite logit overflows.

extension Tensor {
  /// softmax(z / τ) of each vector z along the last axis, of the same shape.
  public func softmax(temperature τ: Double = 1) -> Tensor {
    let rows = Rows(of: self)
    let inverse = Float(inverseTemperature(τ))
    let y = Tensor.constant(shape: shape) { y in
      let kernels = kernels.rows
      rows.forEachBlock { start, count in
        kernels.softmax(count, rows.length, inverse, pointer + start, y + start)
      }
    }
    return y.computed(from: [self]) { dy in
      [
        Tensor.constant(shape: y.shape) { dz in
          let kernels = kernels.rows
          rows.forEachBlock { start, count in
            kernels.softmaxGradient(
              count, rows.length, inverse, y.pointer + start, dy.pointer + start, dz + start)
          }
        }
      ]
    }
  }

  /// log softmax(z / τ) of each vector z along the last axis, of the same shape.
  public func logSoftmax(temperature τ: Double = 1) -> Tensor {
    let rows = Rows(of: self)
    let inverse = Float(inverseTemperature(τ))
    let y = Tensor.constant(shape: shape) { y in
      let kernels = kernels.rows
      rows.forEachBlock { start, count in
        kernels.logSoftmax(count, rows.length, inverse, pointer + start, y + start)
      }
    }
    return y.computed(from: [self]) { dy in
      [
        Tensor.constant(shape: y.shape) { dz in
          let kernels = kernels.rows
          rows.forEachBlock { start, count in
            kernels.logSoftmaxGradient(
              count, rows.length, inverse, y.pointer + start, dy.pointer + start, dz + start)
          }
        }
      ]
    }
  }

  /// τ log (1/C Σ e^(z/τ)) of each vector z of C numbers along the last axis, which is then gone: [2, 3, 4] to
  /// [2, 3]. It is close to the largest number for a small τ, and to the mean for a large one. A tensor without
  /// numbers along that axis traps.
  public func logMeanExp(temperature τ: Double = 1) -> Tensor {
    require(
      rank > 0 && shape.last != 0, "[log mean exp] shape \(shape) has no number along its last axis"
    )
    let (z, rows) = (detached, Rows(of: self))
    let y = Tensor.constant(shape: shape.dropLast()) { y in
      rows.forEachBlock { start, count in
        for row in 0..<count {
          let first = start + row * rows.length
          let numbers = UnsafeBufferPointer(start: pointer + first, count: rows.length)
          let largest = Double(numbers.reduce(numbers[0]) { max($0, $1) })
          // In Double, because τ multiplies what rounding adds.
          let sum = numbers.reduce(0.0) { $0 + ((Double($1) - largest) / τ).exponential() }
          y[first / rows.length] = Scalar(largest + τ * (sum / Double(rows.length)).logarithm())
        }
      }
    }
    return y.computed(from: [self]) { dy in
      [z.softmax(temperature: τ) * dy.reshaped(dy.shape + [1])]
    }
  }

  /// The mean over rows of −Σ qᵢ log softmax(z)ᵢ, of shape []; 0 for no rows.
  ///
  /// `labels` holds the class of each row, in 0..<C. The target is q = (1 − ε) · onehot + ε / C
  /// with the `smoothing` ε. This tensor is N×C; it traps if the labels are not N or one is outside.
  public func crossEntropy(labels: [Int], smoothing ε: Double = 0) -> Tensor {
    require(
      rank == 2 && labels.count == shape[0],
      "[cross entropy] shape \(shape) does not have one row for each of \(labels.count) labels")
    let (n, classes) = (max(shape[0], 1), shape[1])
    require(
      labels.allSatisfy { 0 <= $0 && $0 < classes },
      "[cross entropy] a label is outside 0..<\(classes)")
    let rows = Rows(of: self)
    var loss = 0.0
    // The gradient costs one exponential a logit, which the value needs as well.
    let gradient = Tensor.constant(shape: shape) { dz in
      let kernels = kernels.rows
      loss = labels.withUnsafeBufferPointer { labels in
        rows.sum { start, count in
          guard let label = labels.baseAddress else { return 0 }
          return kernels.crossEntropy(
            count, classes, ε, 1 / Double(n), pointer + start, label + start / classes, dz + start)
        }
      }
    }
    return Tensor(loss / Double(n)).computed(from: [self]) { [gradient.scaled(by: $0.scalar)] }
  }

  /// The mean over rows of KL(softmax(t / τ) ‖ softmax(z / τ)), times a weight, of shape []; 0 for
  /// no rows.
  ///
  /// The teacher's logits t are a constant. Tensors that are not two matrices of equal shape trap.
  public func klDivergence(
    fromTeacher teacher: Tensor, temperature τ: Double, weight: Double = 1
  ) -> Tensor {
    require(
      rank == 2 && shape == teacher.shape,
      "[KL divergence] shapes \(shape) and \(teacher.shape) are not two equal matrices")
    let (n, classes) = (max(shape[0], 1), shape[1])
    let rows = Rows(of: self)
    let inverse = inverseTemperature(τ)
    var loss = 0.0
    let gradient = Tensor.constant(shape: shape) { dz in
      let kernels = kernels.rows
      loss = rows.sum { start, count in
        let room = max(classes, 4096)
        let scratch = Storage(count: room)
        return kernels.klDivergence(
          count, classes, inverse, weight * inverse / Double(n), pointer + start,
          teacher.pointer + start, dz + start, scratch.pointer, room)
      }
    }
    return Tensor(weight * loss / Double(n)).computed(from: [self]) {
      [gradient.scaled(by: $0.scalar)]
    }
  }
}

/// 1/τ as the kernels want it, finite even for the smallest τ.
private func inverseTemperature(_ τ: Double) -> Double {
  min(1 / τ, Double(Float.greatestFiniteMagnitude))
}
