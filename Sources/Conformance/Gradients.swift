import Distillation
import Tensors

extension ConformanceSuite {
  /// Checks that the gradient at each output and at each parameter, along some directions, is the slope of
  /// the value there:
  ///
  ///     ⟨∂L/∂x, d⟩ = [8 (f(h) − f(−h)) − (f(2h) − f(−2h))] / 12h,  f(h) = L(x + h d),  ‖d‖ = 1
  ///
  /// with an error of order h⁴. The steps h span a factor of 16, since a long one may cross a kink
  /// of |x| and a short one drowns in the rounding of Float32. If a term chooses, as semi-hard
  /// mining chooses its negatives, the value jumps between two choices, and no step across the jump
  /// has the slope of either side. So one-sided differences, [4 (f(±h) − f(0)) − (f(±2h) − f(0))] /
  /// ±2h with an error of order h², are tried too. The difference that agrees best counts, and after one that
  /// agrees well no other step is tried. Its deviation is measured relative to the slope, or to the slope that
  /// is expected for a random direction if that is more.
  func gradientFindings() throws -> [Finding] {
    let maker = try BatchMaker(for: differentiable)
    var batches = (1...2).map { maker.batch(seed: $0) }
    let parameters = try differentiable.parameters(batches[0])
    for index in batches.indices {
      for (name, value) in try differentiable.parameters(batches[index]) {
        batches[index].student.tensors[CheckedLoss.parameterPrefix + name] = value
      }
    }
    let gradients = try batches.map { try differentiable.valueWithGradient($0).gradient }
    guard gradients.contains(where: { $0.values.contains { $0.largest > 0 } }) else {
      return [Finding("gradient", passed: false, "it is 0 at random outputs")]
    }
    let ofParameters = parameters.keys.sorted().map { CheckedLoss.parameterPrefix + $0 }
    return try (maker.studentOutputs + ofParameters).map { name in
      var worst = Slope(deviation: 0, words: "deviation of a slope")
      for (batch, others) in zip(batches, gradients) {
        guard let gradient = others[name] else { continue }
        for direction in directions(gradient) {
          let isParameter = name.hasPrefix(CheckedLoss.parameterPrefix)
          let slope = try slope(
            of: batch, at: name, along: direction, gradient,
            // Beside the others, the gradient of a parameter without effect is rounding, and so is its
            // slope.
            least: isParameter ? 0.01 * (others.map { $0.value.rootMeanSquare }.max() ?? 0) : 0,
            roundings: isParameter ? 2000 : 100)
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

  /// The weights of f(−2h), f(−h), f(0), f(h) and f(2h), times h: for both sides, for the side
  /// ahead and for the side behind.
  private static let stencils: [[Double]] = [
    [1.0 / 12, -8.0 / 12, 0, 8.0 / 12, -1.0 / 12], [0, 0, -1.5, 2, -0.5], [0.5, -2, 1.5, 0, 0],
  ]

  /// The direction of the gradient, which shows a wrong factor, and some others.
  private func directions(_ gradient: Tensor) -> [[Double]] {
    var random = Random(seed: 1, "conformance", "directions")
    let others = (1...4).map { _ in gradient.scalars.map { _ in Double(random.normal()) } }
    return ([gradient.scalars.map { Double($0) }] + others).compactMap { direction in
      let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return length > 0 && length.isFinite ? direction.map { $0 / length } : nil
    }
  }

  private func slope(
    of batch: Batch, at name: String, along direction: [Double], _ gradient: Tensor, least: Double,
    roundings: Double
  ) throws -> Slope {
    guard let x = batch.student.tensors[name] else {
      throw DistillationError.missingOutput(
        name, available: batch.student.tensors.keys.sorted())
    }
    let g = gradient.scalars.map { Double($0) }
    let usual = max(gradient.rootMeanSquare, least)

    /// The point x + h d, and the weighted terms there.
    func point(_ h: Double) throws -> (x: [Double], terms: [Double]) {
      var batch = batch
      let moved = x.moved(by: h, direction)
      batch.student.tensors[name] = moved
      return (moved.scalars.map { Double($0) }, try differentiable.terms(batch))
    }

    let center = try point(0)
    /// The slopes that the stencils give with this step.
    func slopes(_ h: Double) throws -> [Slope] {
      let points = [try point(-2 * h), try point(-h), center, try point(h), try point(2 * h)]
      let terms = center.terms.indices.map { term in points.map { $0.terms[term] } }
      let size = terms.filter { Set($0).count > 1 }
        .reduce(0) { $0 + $1.reduce(0) { max($0, abs($1)) } }
      return Self.stencils.map { weights in
        func difference(_ values: [Double]) -> Double {
          zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / h
        }
        let measured = terms.reduce(0) { $0 + difference($1) }
        // The points are rounded to Float32: they do not differ by exact multiples of h d.
        let predicted = g.indices.reduce(0) { sum, i in
          sum + g[i] * difference(points.map { $0.x[i] })
        }
        // The error that rounding the values to Float32 may add.
        let noise = 2 * size * 0x1p-23 / h
        let scale = max(abs(predicted), usual, roundings * noise, 1e-30)
        return Slope(
          deviation: abs(measured - predicted) / scale,
          words: "deviation of a slope, \(shown(predicted)) for \(shown(measured))")
      }
    }
    var best = Slope(deviation: .nan, words: "")
    for h in [0.04, 0.16, 0.01] where !(best.deviation <= 1e-4) {
      for slope in try slopes(h)
      where slope.deviation < best.deviation || best.deviation.isNaN { best = slope }
    }
    return best
  }
}

/// A number with the digits that a Float32 has.
func shown(_ number: Double) -> String { "\(Float(number))" }

extension Tensor {
  fileprivate func moved(by step: Double, _ direction: [Double]) -> Tensor {
    Tensor(zip(scalars, direction).map { Float(Double($0) + step * $1) }, shape: shape)
  }

  fileprivate var rootMeanSquare: Double {
    let squares = scalars.reduce(0) { $0 + Double($1) * Double($1) }
    return (squares / Double(max(count, 1))).squareRoot()
  }

  /// The largest magnitude; NaN if any number is NaN.
  var largest: Double {
    scalars.reduce(0) { $1.isNaN || Double($1.magnitude) > $0 ? Double($1.magnitude) : $0 }
  }
}
