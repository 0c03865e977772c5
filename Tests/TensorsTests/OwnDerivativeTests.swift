import Foundation
import Tensors
import TestSupport
import Testing

// The operations of docs/own-derivatives.md.

/// Σ |s − t|³ over all entries; the teacher t is a constant.
func cubicError(student s: Tensor, teacher t: Tensor) -> Tensor {
  let e = s.detached - t.detached
  return .operation(inputs: [s, t], value: (e.abs() * e.squared()).sum()) { gradient in
    [gradient * 3 * e * e.abs(), nil]
  }
}

/// sin x, from the numbers of an array.
func sine(_ x: Tensor) -> Tensor {
  let value = Tensor(x.scalars.map { sin($0) }, shape: x.shape)
  let slope = Tensor(x.scalars.map { cos($0) }, shape: x.shape)
  return .operation(inputs: [x], value: value) { gradient in [gradient * slope] }
}

/// The nearest whole number, whose gradient passes as if nothing had been rounded.
func straightThroughRounded(_ x: Tensor) -> Tensor {
  let value = Tensor(x.scalars.map { $0.rounded() }, shape: x.shape)
  return .operation(inputs: [x], value: value) { gradient in [gradient] }
}

@Suite struct OwnDerivativeTests {
  @Test func thePagesDerivativesAreThoseOfFiniteDifferences() {
    let (s, t) = (noise([3, 4], seed: 1), noise([3, 4], seed: 2))
    let teacher = t.scalars.map { Double($0) }
    expectSlopes(at: s, { cubicError(student: $0, teacher: t) }) { x in
      zip(x, teacher).reduce(0) { $0 + pow(abs($1.0 - $1.1), 3) }
    }
    expectSlopes(at: s, { (sine($0) * t).sum() }) { x in
      zip(x, teacher).reduce(0) { $0 + sin($1.0) * $1.1 }
    }
  }

  /// Expects the value and the gradient of `f` to be those of a reference in Double.
  private func expectSlopes(
    at x: Tensor, _ f: (Tensor) -> Tensor, _ reference: ([Double]) -> Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (value, gradient) = valueWithGradient(at: x, of: f)
    let point = x.scalars.map { Double($0) }
    expectClose(
      value.scalars, [reference(point)], 1e-6, "value", sourceLocation: sourceLocation)
    expectClose(
      gradient.scalars, point.indices.map { slope(of: reference, at: point, $0) }, 1e-5, "gradient",
      sourceLocation: sourceLocation)
  }

  @Test func thePagesCheckPasses() {
    let s: Tensor = [0.3, -1.2, 2]
    let t: Tensor = [1, 0.5, -0.5]
    let gradient = valueWithGradient(at: s) { cubicError(student: $0, teacher: t) }.gradient

    func reference(_ s: [Double]) -> Double {
      zip(s, [1, 0.5, -0.5]).reduce(0) { $0 + pow(abs($1.0 - $1.1), 3) }
    }
    for i in 0..<3 {
      var (up, down) = (s.scalars.map { Double($0) }, s.scalars.map { Double($0) })
      up[i] += 1e-5
      down[i] -= 1e-5
      let slope = (reference(up) - reference(down)) / 2e-5
      #expect(abs(Double(gradient.scalars[i]) - slope) < 1e-5 * abs(slope))
    }
  }

  @Test func anInputWithoutAGradientHasNone() {
    let (_, gradients) = valueWithGradient(at: [[1, 2], [3, 5]]) {
      cubicError(student: $0[0], teacher: $0[1])
    }
    #expect(gradients[0].scalars == [-12, -27])
    #expect(gradients[1].scalars == [0, 0])
  }

  @Test func aDerivativeMayBeAnothers() {
    let (value, gradient) = valueWithGradient(at: [0.4, 1.6]) {
      (straightThroughRounded($0) * [10, 20]).sum()
    }
    #expect(value.scalar == 40 && gradient.scalars == [10, 20])
  }

  @Test func constantsAreNotDifferentiated() {
    let y = Tensor.operation(inputs: [[1, 2]], value: 3) { _ in
      Issue.record("the pullback was called")
      return [nil]
    }
    #expect(y.isConstant && y.scalar == 3)
    #expect(valueWithGradient(at: [1, 1]) { $0.sum() + y }.gradient.scalars == [1, 1])
  }

  @Test func aGradientOfAnotherShapeTraps() async {
    expect(
      "[operation] shapes [3] and [2] differ: the pullback's gradient 1 and input 1",
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = valueWithGradient(at: [[1, 2], [3, 4]]) { x in
          .operation(inputs: x, value: 0) { _ in [nil, .zeros([3])] }
        }
      })
    expect(
      "[operation] the pullback returned 2 gradients for 1 inputs",
      of: await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = valueWithGradient(at: [1, 2]) { x in
          .operation(inputs: [x], value: 0) { _ in [nil, nil] }
        }
      })
  }
}
