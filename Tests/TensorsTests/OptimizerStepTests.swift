import Tensors
import TestSupport
import Testing

/// Three steps from one start, with gradients that depend on the parameter. The expected numbers
/// are from PyTorch 2.15 in float64.
@Suite struct OptimizerStepTests {
  /// The parameter has more numbers than a vector of any width, and not a multiple of a width.
  private static let repeats = 7
  private static let start = repeated([0.5, -1.25, 2, 0.75, -0.3])

  private static func repeated(_ numbers: [Float]) -> Tensor {
    Tensor((0..<repeats).flatMap { _ in numbers }, shape: [repeats * numbers.count])
  }

  private func gradient(_ parameter: Tensor, step: Int) -> Tensor {
    Self.repeated([0.1, -0.2, 0.3, -0.4, 0.5]) * Tensor(Double(step)) - 0.25 * parameter
  }

  private func expect(_ parameter: Tensor, _ numbers: [Double]) {
    let expected = (0..<Self.repeats).flatMap { _ in numbers }
    expectClose(parameter.scalars, expected, 3e-7, "parameter")
  }

  @Test(
    arguments: Kernels.available,
    [
      (0, 0, false, [0.4774390625, -1.224100781, 1.9707625, 1.051692969, -0.6280984375]),
      (0, 0.01, false, [0.475905152, -1.22024576, 1.964586368, 1.049169408, -0.6269513472]),
      (0.9, 0.01, false, [0.472211552, -1.22877776, 1.985343968, 1.239055008, -0.8237143872]),
      (0.9, 0.01, true, [0.4508070856, -1.201934628, 1.95306217, 1.500296681, -1.109553687]),
    ] as [(Float, Float, Bool, [Double])])
  func stochasticGradientDescent(
    _ table: Kernels.Table, _ row: (Float, Float, Bool, [Double])
  ) {
    var parameter = Self.start
    var velocity = Tensor(repeating: 0, shape: parameter.shape)
    for step in 1...3 {
      (parameter, velocity) = Kernels.$current.withValue(table) {
        parameter.descended(
          along: gradient(parameter, step: step), velocity: velocity, learningRate: 0.1,
          momentum: row.0, weightDecay: row.1, nesterov: row.2)
      }
    }
    expect(parameter, row.3)
  }

  @Test(arguments: Kernels.available) func adam(_ table: Kernels.Table) {
    let run = { (decays: (Double, Double), epsilon: Double, weightDecay: Double) -> Tensor in
      var parameter = Self.start
      var mean = Tensor(repeating: 0, shape: parameter.shape)
      var square = mean
      for step in 1...3 {
        (parameter, mean, square) = Kernels.$current.withValue(table) {
          parameter.adapted(
            along: gradient(parameter, step: step), mean: mean, square: square, step: step,
            learningRate: 0.05, decays: decays, epsilon: epsilon, weightDecay: weightDecay)
        }
      }
      return parameter
    }
    expect(
      run((0.9, 0.999), 1e-8, 0),
      [0.4918840167, -1.281070638, 2.044032791, 0.8977925075, -0.4467439564])
    expect(
      run((0.8, 0.99), 1e-4, 0.02),
      [0.4760957976, -1.255858051, 2.017953811, 0.8997894987, -0.4490711456])
  }
}
