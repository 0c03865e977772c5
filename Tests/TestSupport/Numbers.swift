import Foundation
public import Tensors
public import Testing

/// Makes reproducible numbers, spread evenly over a range.
///
/// - Parameters:
///   - shape: The shape of the tensor.
///   - range: The range of the numbers.
///   - seed: The seed. Equal seeds give equal numbers.
/// - Returns: A tensor of this shape.
public func noise(
  _ shape: [Int], in range: ClosedRange<Double> = -1...1, seed: UInt64
) -> Tensor {
  var state = seed &* 0x9E37_79B9_7F4A_7C15
  let scalars = (0..<shape.reduce(1, *)).map { _ -> Float in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let unit = Double(state >> 33) / Double(UInt64(1) << 31)
    return Float(range.lowerBound + unit * (range.upperBound - range.lowerBound))
  }
  return Tensor(scalars, shape: shape)
}

/// The derivative ∂f/∂xᵢ, approximated by central differences with a step of 10⁻⁵.
public func slope(of f: ([Double]) -> Double, at x: [Double], _ i: Int) -> Double {
  let h = 1e-5
  var (up, down) = (x, x)
  up[i] += h
  down[i] -= h
  return (f(up) - f(down)) / (2 * h)
}

/// Expects the largest difference to be at most `tolerance` times the largest expected magnitude,
/// or times `floor` if that is larger.
public func expectClose(
  _ actual: [Float], _ expected: [Double], _ tolerance: Double, _ what: String,
  floor: Double = 1e-30, sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    Issue.record(
      "\(what): \(actual.count) entries, not \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  let scale = max(expected.map { abs($0) }.max() ?? 0, floor)
  for (i, (a, e)) in zip(actual, expected).enumerated() {
    let error = abs(Double(a) - e)
    guard !(error <= tolerance * scale) else { continue }
    Issue.record(
      "\(what)[\(i)] is \(a), not \(e) (largest \(scale))", sourceLocation: sourceLocation)
    return
  }
}
