import CKernels

extension Tensor {
  /// The sum over rows of KL(softmax(Y Yᵀ/τₜ) ‖ softmax(X Xᵀ/τₛ)), of shape [], for the N×D matrix X that this
  /// is.
  ///
  /// The teacher's Y, N×D′, is a constant. This is ``gram`` and
  /// ``klDivergence(fromTeacher:temperature:weight:)`` in one, on one core. Tensors that are not two matrices of
  /// as many rows trap, and so does a temperature that is not above 0.
  ///
  /// - Parameters:
  ///   - teacher: Y.
  ///   - temperatures: τₛ and τₜ.
  /// - Returns: The sum.
  public func relationDivergence(
    fromTeacher teacher: Tensor, temperatures: (student: Double, teacher: Double) = (1, 1)
  ) -> Tensor {
    require(
      rank == 2 && teacher.rank == 2 && shape[0] == teacher.shape[0],
      "[relation divergence] shapes \(shape) and \(teacher.shape) are not matrices of equally many rows"
    )
    require(
      temperatures.student > 0 && temperatures.teacher > 0,
      "[relation divergence] temperatures \(temperatures.student) and \(temperatures.teacher) are not above 0"
    )
    let (n, d, e) = (shape[0], shape[1], teacher.shape[1])
    let (x, y) = (detached, teacher.detached)
    let factors = (
      student: 1 / temperatures.student.squareRoot(), teacher: 1 / temperatures.teacher.squareRoot()
    )
    var sum = 0.0
    let gradient = Tensor.constant(shape: shape) { dx in
      let kernels = kernels.rows
      let scratch = Storage(count: kernels.relationScratchCount(n, d, e))
      sum = kernels.relationDivergence(
        n, d, e, Float(factors.student), Float(factors.teacher), x.pointer, y.pointer, dx,
        scratch.pointer)
    }
    guard sum >= 0 else {
      let (z, t) = (Tensor(factors.student) * self, Tensor(factors.teacher) * y)
      return z.gram.klDivergence(fromTeacher: t.gram, temperature: 1, weight: Double(n))
    }
    return Tensor(sum).computed(from: [self]) { [$0 * gradient] }
  }
}
