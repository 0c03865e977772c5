import Foundation

// All of these work on rows: N×C logits, one row an example. They subtract the row's maximum
// first, so that no finite logit overflows.

extension Tensor {
  /// softmax(z / τ) of each vector along the last axis.
  public func softmax(temperature τ: Double = 1) -> Tensor {
    let classes = shape.last ?? 1
    let y = Tensor(shape: shape) { y in
      for row in stride(from: 0, to: count, by: max(classes, 1)) {
        let normalizer = logSumExp(pointer + row, classes, τ)
        for c in 0..<classes {
          y[row + c] = Scalar(exp(Double(pointer[row + c]) / τ - normalizer))
        }
      }
    }
    return y.computed(from: [self]) { dy in
      // dzᵢ = yᵢ (dyᵢ − Σ yⱼ dyⱼ) / τ
      [
        Tensor(shape: y.shape) { dz in
          for row in stride(from: 0, to: y.count, by: max(classes, 1)) {
            var along = 0.0
            for c in row..<row + classes { along += Double(y.pointer[c]) * Double(dy.pointer[c]) }
            for c in row..<row + classes {
              dz[c] = Scalar(Double(y.pointer[c]) * (Double(dy.pointer[c]) - along) / τ)
            }
          }
        }
      ]
    }
  }

  /// log softmax(z / τ) of each vector along the last axis.
  public func logSoftmax(temperature τ: Double = 1) -> Tensor {
    let classes = shape.last ?? 1
    let y = Tensor(shape: shape) { y in
      for row in stride(from: 0, to: count, by: max(classes, 1)) {
        let normalizer = logSumExp(pointer + row, classes, τ)
        for c in 0..<classes { y[row + c] = Scalar(Double(pointer[row + c]) / τ - normalizer) }
      }
    }
    return y.computed(from: [self]) { dy in
      // dzᵢ = (dyᵢ − softmaxᵢ Σ dyⱼ) / τ
      [
        Tensor(shape: y.shape) { dz in
          for row in stride(from: 0, to: y.count, by: max(classes, 1)) {
            var sum = 0.0
            for c in row..<row + classes { sum += Double(dy.pointer[c]) }
            for c in row..<row + classes {
              dz[c] = Scalar((Double(dy.pointer[c]) - exp(Double(y.pointer[c])) * sum) / τ)
            }
          }
        }
      ]
    }
  }

  /// The mean over rows of −Σ qᵢ log softmax(z)ᵢ, of shape []; 0 for no rows.
  ///
  /// `labels` holds the class of each row, in 0..<C. The target is q = (1 − ε) · onehot + ε / C,
  /// where ε is the `smoothing`.
  public func crossEntropy(labels: [Int], smoothing ε: Double = 0) -> Tensor {
    precondition(
      rank == 2 && labels.count == shape[0],
      "[cross entropy] shape \(shape) does not have one row for each of \(labels.count) labels")
    let (n, classes) = (shape[0], shape[1])
    precondition(
      labels.allSatisfy { 0 <= $0 && $0 < classes },
      "[cross entropy] a label is outside 0..<\(classes)")
    var loss = 0.0
    // The gradient costs one exponential a logit, which the value needs as well.
    let gradient = Tensor(shape: shape) { dz in
      for (i, label) in labels.enumerated() {
        let z = pointer + i * classes
        let normalizer = logSumExp(z, classes, 1)
        for c in 0..<classes {
          let q = (c == label ? 1 - ε : 0) + ε / Double(classes)
          let logProbability = Double(z[c]) - normalizer
          if q > 0 { loss -= q * logProbability }
          dz[i * classes + c] = Scalar((exp(logProbability) - q) / Double(n))
        }
      }
    }
    return Tensor(loss / Double(max(n, 1))).computed(from: [self]) { [$0 * gradient] }
  }

  /// The mean over rows of KL(softmax(t / τ) ‖ softmax(z / τ)), of shape []; 0 for no rows.
  ///
  /// The teacher's logits t are a constant, of the same shape.
  public func klDivergence(fromTeacher teacher: Tensor, temperature τ: Double) -> Tensor {
    precondition(
      rank == 2 && shape == teacher.shape,
      "[KL divergence] shapes \(shape) and \(teacher.shape) are not two equal matrices")
    let (n, classes) = (shape[0], shape[1])
    var loss = 0.0
    let gradient = Tensor(shape: shape) { dz in
      for row in stride(from: 0, to: count, by: max(classes, 1)) {
        let (z, t) = (pointer + row, teacher.pointer + row)
        let (logZ, logT) = (logSumExp(z, classes, τ), logSumExp(t, classes, τ))
        for c in 0..<classes {
          let (logP, logQ) = (Double(t[c]) / τ - logT, Double(z[c]) / τ - logZ)
          let p = exp(logP)
          if p > 0 { loss += p * (logP - logQ) }
          dz[row + c] = Scalar((exp(logQ) - p) / (τ * Double(n)))
        }
      }
    }
    return Tensor(loss / Double(max(n, 1))).computed(from: [self]) { [$0 * gradient] }
  }
}

/// log Σ exp(zᵢ / τ)
private func logSumExp(_ z: UnsafePointer<Float>, _ count: Int, _ τ: Double) -> Double {
  var largest = -Double.infinity
  for i in 0..<count { largest = max(largest, Double(z[i]) / τ) }
  var sum = 0.0
  for i in 0..<count { sum += exp(Double(z[i]) / τ - largest) }
  return largest + log(sum)
}
