import Distillation
import Tensors

extension ConformanceSuite {
  /// The gradient at each output, along some directions, is the slope of the value there:
  ///
  ///     ⟨∂L/∂x, d⟩ = [8 (f(h) − f(−h)) − (f(2h) − f(−2h))] / 12h,  f(h) = L(x + h d),  ‖d‖ = 1
  ///
  /// up to h⁴. The steps h differ by a factor of 16, since a long one may cross a kink of |x| and a
  /// short one drowns in Float32; that which agrees best counts. A deviation is measured against the
  /// slope, or the slope that a random direction would be expected to have if that is more.
  func gradientFindings() throws -> [Finding] {
    let maker = try BatchMaker(for: differentiable)
    let batches = (1...2).map { maker.batch(seed: $0) }
    let gradients = try batches.map { try differentiable.valueWithGradient($0).gradient }
    guard gradients.contains(where: { $0.values.contains { $0.largest > 0 } }) else {
      return [Finding("gradient", passed: false, "it is 0 at random outputs")]
    }
    return try maker.studentOutputs.map { name in
      var worst = Slope(deviation: 0, words: "deviation of a slope")
      for (batch, gradient) in zip(batches, gradients) {
        guard let gradient = gradient[name] else { continue }
        for direction in directions(gradient) {
          let slope = try slope(of: batch, at: name, along: direction, gradient)
          if !(slope.deviation <= worst.deviation) { worst = slope }
        }
      }
      return Finding(
        "gradient at \(name)", measured: worst.deviation, allowed: 1e-3, worst.words)
    }
  }

  private struct Slope {
    let deviation: Double
    let words: String
  }

  /// The gradient's own direction, in which a wrong factor shows, and some others.
  private func directions(_ gradient: Tensor) -> [[Double]] {
    var random = Random(seed: 1, "conformance", "directions")
    let others = (1...4).map { _ in gradient.scalars.map { _ in Double(random.normal()) } }
    return ([gradient.scalars.map { Double($0) }] + others).compactMap { direction in
      let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return length > 0 && length.isFinite ? direction.map { $0 / length } : nil
    }
  }

  private func slope(
    of batch: Batch, at name: String, along direction: [Double], _ gradient: Tensor
  ) throws -> Slope {
    guard let x = batch.student.tensors[name] else {
      throw DistillationError.missingOutput(
        name, available: batch.student.tensors.keys.sorted())
    }
    let g = gradient.scalars.map { Double($0) }
    let usual = (g.reduce(0) { $0 + $1 * $1 } / Double(max(g.count, 1))).squareRoot()

    /// f(h) − f(−h), what the gradient says it is, and the size of the terms that differ.
    func difference(_ h: Double) throws -> (value: Double, predicted: Double, size: Double) {
      let up = x.moved(by: h, direction)
      let down = x.moved(by: -h, direction)
      let terms = try [up, down].map { moved in
        var batch = batch
        batch.student.tensors[name] = moved
        return try differentiable.terms(batch)
      }
      let changes = zip(terms[0], terms[1]).filter { $0 != $1 }
      // The points are Float32: what they differ by is not quite 2h d.
      let predicted = zip(g, zip(up.scalars, down.scalars))
        .reduce(0) { $0 + $1.0 * (Double($1.1.0) - Double($1.1.1)) }
      return (
        changes.reduce(0) { $0 + $1.0 - $1.1 }, predicted,
        changes.reduce(0) { $0 + max(abs($1.0), abs($1.1)) }
      )
    }

    let slopes = try [0.16, 0.04, 0.01].map { h in
      let (near, far) = (try difference(h), try difference(2 * h))
      let measured = (8 * near.value - far.value) / (12 * h)
      let predicted = (8 * near.predicted - far.predicted) / (12 * h)
      // What rounding four values to Float32 may add.
      let noise = 2 * far.size * 0x1p-23 / h
      let scale = max(abs(predicted), usual, 100 * noise, 1e-30)
      return Slope(
        deviation: abs(measured - predicted) / scale,
        words: "deviation of a slope, \(shown(predicted)) for \(shown(measured))")
    }
    return slopes.min { ($0.deviation.isNaN ? .infinity : $0.deviation) < $1.deviation }
      ?? slopes[0]
  }
}

private func shown(_ number: Double) -> String { "\(Float(number))" }

extension Tensor {
  fileprivate func moved(by step: Double, _ direction: [Double]) -> Tensor {
    Tensor(zip(scalars, direction).map { Float(Double($0) + step * $1) }, shape: shape)
  }

  /// The largest magnitude; NaN where there is one.
  var largest: Double {
    scalars.reduce(0) { $1.isNaN || abs(Double($1)) > $0 ? abs(Double($1)) : $0 }
  }
}
