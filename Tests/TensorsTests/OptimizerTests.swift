import Tensors
import TestSupport
import Testing

/// Three steps of two weights of unequal shapes, with gradients that depend on the weights; expected
/// numbers from `torch.optim` of PyTorch 2.13.0 in float64.
@Suite struct OptimizerTests {
  private static let start: [Tensor] = [[0.5, -1.25, 2, 0.75, -0.3], [[1, -2], [0.25, 3]]]

  private func gradients(_ weights: [Tensor], step: Int) -> [Tensor] {
    [
      [0.1, -0.2, 0.3, -0.4, 0.5] * Tensor(Double(step)) - 0.25 * weights[0],
      weights[1] * Tensor(Double(step)) - 0.5,
    ]
  }

  private func expectSteps(
    of optimizer: some Optimizer, _ first: [Double], _ second: [Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var (optimizer, weights) = (optimizer, Self.start)
    for step in 1...3 { optimizer.step(&weights, gradients(weights, step: step)) }
    expectClose(weights[0].scalars, first, 3e-7, "vector", sourceLocation: sourceLocation)
    expectClose(weights[1].scalars, second, 3e-7, "matrix", sourceLocation: sourceLocation)
    #expect(weights.map { $0.shape } == [[5], [2, 2]])
    #expect(weights.allSatisfy { $0.isConstant })
  }

  @Test func stochasticGradientDescentIsPyTorchs() {
    expectSteps(
      of: SGD(learningRate: 0.1),
      [0.4774390625, -1.224100781, 1.9707625, 1.051692969, -0.6280984375],
      [0.617, -0.895, 0.239, 1.625])
    expectSteps(
      of: SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 0.01),
      [0.472211552, -1.22877776, 1.985343968, 1.239055008, -0.8237143872],
      [0.414899249, -0.167443348, 0.2693135997, 0.803127647])
    expectSteps(
      of: SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 0.01, nesterov: true),
      [0.4508070856, -1.201934628, 1.95306217, 1.500296681, -1.109553687],
      [0.2132400137, 0.2924052265, 0.2330313169, 0.1604632052])
  }

  @Test func adamIsPyTorchs() {
    expectSteps(
      of: Adam(learningRate: 0.05),
      [0.4918840167, -1.281070638, 2.044032791, 0.8977925075, -0.4467439564],
      [0.8572207592, -1.852461449, 0.2966686323, 2.854601521])
    expectSteps(
      of: Adam(learningRate: 0.05, beta1: 0.8, beta2: 0.99, epsilon: 1e-4, weightDecay: 0.02),
      [0.4760957976, -1.255858051, 2.017953811, 0.8997894987, -0.4490711456],
      [0.8538363092, -1.850263786, 0.2877845989, 2.851807661])
  }

  @Test func decayBesideTheGradientIsPyTorchs() {
    expectSteps(
      of: AdamW(learningRate: 0.05),
      [0.4910754721, -1.279074749, 2.040897444, 0.8965944698, -0.4462202938],
      [0.855784656, -1.849531529, 0.2963065817, 2.85016977])
    expectSteps(
      of: AdamW(learningRate: 0.05, beta1: 0.8, beta2: 0.99, epsilon: 1e-4, weightDecay: 0.2),
      [0.4697073304, -1.234510443, 1.974841119, 0.8760988737, -0.4387091964],
      [0.8256666494, -1.79232172, 0.2826771061, 2.764174397])
  }

  /// The loop of the documentation finds the weight and the bias that made the targets.
  @Test func aLoopFindsTheLine() {
    let x: Tensor = [[-1], [0], [1], [2]]
    let y = 3 * x - 1
    var weights: [Tensor] = [[[0]], [0]]
    var optimizer = SGD(learningRate: 0.1, momentum: 0.9)
    for _ in 0..<300 {
      let (_, gradients) = valueWithGradient(at: weights) { w in
        (x • w[0] + w[1] - y).squared().mean()
      }
      optimizer.step(&weights, gradients)
    }
    expectClose(weights.map { $0.scalar }, [3, -1], 1e-5, "line")
  }

  @Test func aCopyGoesOnAsTheOriginalDoes() {
    var (optimizer, weights) = (Adam(), Self.start)
    optimizer.step(&weights, gradients(weights, step: 1))
    var (copy, same) = (Adam(), weights)
    (copy.means, copy.squares, copy.steps) = (
      optimizer.means, optimizer.squares, optimizer.steps
    )
    optimizer.step(&weights, gradients(weights, step: 2))
    copy.step(&same, gradients(same, step: 2))
    #expect(weights.map { $0.scalars } == same.map { $0.scalars })
  }

  @Test func gradientsOfAnotherShapeTrap() async {
    expect(
      "[SGD] weight 0 has shape [2], not that of its gradients, [3]",
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var (optimizer, weights) = (SGD(learningRate: 1), [Tensor.zeros([2])])
        optimizer.step(&weights, [.zeros([3])])
      })
    expect(
      "[Adam] gradients for 0 weights, not 1",
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var (optimizer, weights) = (Adam(), [Tensor.zeros([2])])
        optimizer.step(&weights, [])
      })
  }
}
