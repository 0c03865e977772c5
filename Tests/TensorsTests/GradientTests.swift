import Tensors
import TestSupport
import Testing

/// Gradients at variables, and what cannot be asked for.
@Suite struct GradientTests {
  @Test func variablesAreWhatVariableMakes() {
    let x: Tensor = [1, 2]
    #expect(!x.isVariable && x.isConstant)
    let v = x.variable
    #expect(v.isVariable && !v.isConstant)
    #expect(!(2 * v).isVariable && !(2 * v).isConstant)
    #expect(!v.detached.isVariable && v.detached.isConstant)
    #expect(v.variable.isVariable)
  }

  @Test func gradientsAreConstants() {
    let x = Tensor([3, 4]).variable
    let gradient = gradients(of: [(x.squared(), [1, 1])], withRespectTo: [x])[0]
    #expect(gradient.isConstant && !gradient.isVariable)
    #expect((2 * gradient).isConstant)
    // A step by hand.
    let moved = (x.detached - 0.5 * gradient).variable
    let next = gradients(of: [(moved.squared(), [1, 1])], withRespectTo: [moved])[0]
    #expect(next.scalars == [0, 0])
  }

  @Test func aGradientMayBeAConstantOfAnotherFunction() {
    let x: Tensor = [3, 4]
    let slope = valueWithGradient(at: x) { $0.squared().sum() }.gradient
    #expect(valueWithGradient(at: x) { ($0 * slope).sum() }.gradient.scalars == [6, 8])

    let (a, b) = (x.variable, x.variable)
    let atA = gradients(of: [((a * b).sum(), 1)], withRespectTo: [a])[0]
    let unrelated = Tensor([1, 1]).variable
    let y = (atA * unrelated).sum()
    #expect(gradients(of: [(y, 1)], withRespectTo: [unrelated])[0].scalars == [3, 4])
  }

  @Test func aGradientThatIsMeantAsAConstantIsDetached() {
    let gradient = valueWithGradient(at: [3, 4]) { x in
      let slope = valueWithGradient(at: x) { $0.squared().sum() }.gradient
      return (x * slope.detached).sum()
    }.gradient
    #expect(gradient.scalars == [6, 8])
  }

  /// What gradients remember of variables goes with these.
  @Test func aLoopByHandKeepsNothing() {
    var x: Tensor = [3, 4]
    for _ in 0..<100 {
      let variable = x.variable
      x = x - 0.1 * gradients(of: [(variable.squared(), [1, 1])], withRespectTo: [variable])[0]
      #expect(x.isConstant)
    }
    expectClose(x.scalars, [0, 0], 1e-8, "minimum", floor: 1)
  }

  @Test func whatIsNoVariableTraps() async {
    let sentence =
      "[gradient] tensor 1 of shape [2] is no variable: make one with 'variable' and compute the "
      + "results from it"
    expect(
      sentence,
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let (x, constant) = (Tensor([1, 2]).variable, Tensor([1, 2]))
        _ = gradients(of: [((x * constant).sum(), 1)], withRespectTo: [x, constant])
      })
    expect(
      sentence,
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let x = Tensor([1, 2]).variable
        let result = 2 * x
        _ = gradients(of: [(result.sum(), 1)], withRespectTo: [x, result])
      })
  }

  @Test func aGradientOfAGradientTraps() async {
    let sentence =
      "[gradient] a result was computed from a gradient at one of the same variables, and a gradient "
      + "of a gradient is not supported"
    // Of an argument.
    expect(
      sentence,
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = valueWithGradient(at: [3, 4]) { x in
          valueWithGradient(at: 2 * x) { $0.squared().sum() }.gradient.squared().sum()
        }
      })
    // Of what the function caught.
    expect(
      sentence,
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = valueWithGradient(at: [3, 4]) { w in
          let slope = valueWithGradient(at: [1, 1]) { ($0 * w).squared().sum() }.gradient
          return w.sum() + slope.squared().sum()
        }
      })
    // With variables made by hand.
    expect(
      sentence,
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let x = Tensor([3, 4]).variable
        let y = x.squared().sum()
        let slope = gradients(of: [(y, 1)], withRespectTo: [x])[0]
        _ = gradients(of: [(y + slope.squared().sum(), 1)], withRespectTo: [x])
      })
    // Of what a gradient and another made.
    expect(
      sentence,
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let (x, z) = (Tensor([3, 4]).variable, Tensor([1, 2]).variable)
        let first = gradients(of: [(x.squared(), [1, 1])], withRespectTo: [x])[0]
        let second = gradients(of: [(z.squared(), [1, 1])], withRespectTo: [z])[0]
        _ = gradients(of: [((first * second).sum() + x.sum(), 1)], withRespectTo: [x])
      })
  }
}
