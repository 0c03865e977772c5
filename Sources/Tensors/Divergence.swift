import CKernels

extension Tensor {
  /// Σ p log((p + ε) / (q + ε)) over all entries, of shape []. This tensor is q; the teacher's, a
  /// constant of the same shape, is p. A number below 0 counts as 0, with gradient 0.
  ///
  /// This is a divergence if the rows, the vectors along the last axis, are probabilities. Then no
  /// figures are lost if p and q nearly agree: row sums that agree up to rounding count as equal.
  /// Equal tensors give exactly 0. Unequal shapes trap, and so does an ε that is not above 0.
  public func divergence(fromTeacher p: Tensor, epsilon ε: Double) -> Tensor {
    require(shape == p.shape, "[divergence] shapes \(shape) and \(p.shape) differ")
    let ε = Scalar(ε)
    require(ε > 0, "[divergence] ε is \(ε), not above 0")
    if let pairs = PairDivergence(student: self, teacher: p, epsilon: ε) { return pairs.total }
    let (q, p) = (detached, p.detached)
    let rows = Rows(of: q)
    let (ofRows, ofEntries) = (kernels.rows, kernels.elementwise)
    let sum = rows.sum { start, count in
      ofRows.divergence(count, rows.length, ε, q.pointer + start, p.pointer + start)
    }
    return Tensor(sum).computed(from: [self]) { dy in
      let factor = dy.scalar
      return [
        Tensor.constant(shape: q.shape) { dq in
          Parallel.forEachElementwisePart(of: q.count) { start, count in
            ofEntries.divergenceGradient(
              count, ε, factor, q.pointer + start, p.pointer + start, dq + start)
          }
        }
      ]
    }
  }
}
