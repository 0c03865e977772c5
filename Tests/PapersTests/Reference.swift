import Foundation
import Kindred
import TestSupport
import Testing

/// A network's outputs in Double, each as rows: an example's numbers in row-major order.
typealias Rows = [[Double]]

/// Expects the loss of a formula, and its gradient at every output of the student, to be those of
/// plain loops in Double: the gradient by finite differences.
func expectReference(
  _ formula: String, student: [String: Tensor], teacher: [String: Tensor],
  tolerance: Double = 1e-4, sourceLocation: SourceLocation = #_sourceLocation,
  _ reference: (_ student: [String: Rows], _ teacher: [String: Rows]) -> Double
) throws {
  let result = try Registry.linked.loss(formula).evaluate(
    student: Outputs(student), teacher: Outputs(teacher))
  let (s, t) = (student.mapValues(rows), teacher.mapValues(rows))
  let value = reference(s, t)
  #expect(
    abs(result.value - value) <= tolerance * abs(value) + 1e-6,
    "\(formula): \(result.value), not \(value)", sourceLocation: sourceLocation)
  for (name, x) in s.sorted(by: { $0.key < $1.key }) {
    let width = x[0].count
    let flat = x.flatMap { $0 }
    let slopes = flat.indices.map { i in
      slope(
        of: { nudged in
          var moved = s
          moved[name] = x.indices.map { Array(nudged[$0 * width..<($0 + 1) * width]) }
          return reference(moved, t)
        }, at: flat, i)
    }
    expectClose(
      try result.gradients[name].scalars, slopes, 10 * tolerance, "\(formula), gradient at \(name)",
      floor: 1e-4, sourceLocation: sourceLocation)
  }
}

private func rows(_ x: Tensor) -> Rows {
  let width = x.count / x.shape[0]
  return x.scalars.indices.filter { $0 % width == 0 }.map { start in
    x.scalars[start..<start + width].map { Double($0) }
  }
}

func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }

extension [Double] {
  var length: Double { dot(self, self).squareRoot() }
  var mean: Double { reduce(0, +) / Double(count) }
  var unit: [Double] { length > 1e-12 ? map { $0 / length } : map { $0 / 1e-12 } }

  func softmax(_ τ: Double) -> [Double] {
    let largest = self.max() ?? 0
    let e = map { exp(($0 - largest) / τ) }
    return e.map { $0 / e.reduce(0, +) }
  }
}
