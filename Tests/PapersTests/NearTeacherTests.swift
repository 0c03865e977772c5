import Foundation
import Kindred
import TestSupport
import Testing

/// If a student is near its teacher, a loss is a small difference of large numbers. Its value and
/// gradient must be at least as exact as PyTorch's in Float32; both are compared with Double.
@Suite struct NearTeacherTests {
  /// PyTorch's errors in the value and in the gradient, from docs/benchmarks/torch_precision.py.
  struct Measured: CustomTestStringConvertible {
    let loss: String
    let n, d: Int
    /// The student is the teacher times 1 + size · noise.
    let size, value, gradient: Double

    init(_ loss: String, _ n: Int, _ d: Int, _ size: Double, _ value: Double, _ gradient: Double) {
      (self.loss, self.n, self.d, self.size) = (loss, n, d, size)
      (self.value, self.gradient) = (value, gradient)
    }

    var testDescription: String { "\(loss) of \(n)×\(d) at a distance of \(size)" }
  }

  static let pyTorch = [
    Measured("pkt", 16, 8, 1e-1, 3.2e-6, 2.3e-6), Measured("pkt", 16, 8, 1e-2, 4.6e-3, 1.9e-5),
    Measured("pkt", 16, 8, 1e-3, 1.8e-2, 2.4e-4), Measured("pkt", 16, 8, 1e-4, 2.1e0, 3.0e-3),
    Measured("pkt", 32, 64, 1e-1, 1.1e-4, 7.2e-6), Measured("pkt", 32, 64, 1e-2, 3.7e-2, 5.5e-5),
    Measured("pkt", 32, 64, 1e-3, 8.1e-1, 8.0e-4), Measured("pkt", 32, 64, 1e-4, 2.9e2, 7.2e-3),
    Measured("pkt", 64, 512, 1e-1, 2.8e-3, 2.2e-5), Measured("pkt", 64, 512, 1e-2, 9.6e-2, 2.5e-4),
    Measured("pkt", 64, 512, 1e-3, 1.5e1, 2.4e-3), Measured("pkt", 64, 512, 1e-4, 6.0e2, 2.6e-2),
    Measured("rkd.angle", 16, 8, 1e-1, 3.1e-7, 4.4e-7),
    Measured("rkd.angle", 16, 8, 1e-2, 1.8e-6, 5.4e-6),
    Measured("rkd.angle", 16, 8, 1e-3, 1.2e-5, 5.0e-5),
    Measured("rkd.angle", 16, 8, 1e-4, 3.7e-5, 4.5e-4),
    Measured("rkd.angle", 32, 64, 1e-1, 1.3e-7, 1.4e-6),
    Measured("rkd.angle", 32, 64, 1e-2, 2.2e-6, 1.5e-5),
    Measured("rkd.angle", 32, 64, 1e-3, 3.5e-5, 1.6e-4),
    Measured("rkd.angle", 32, 64, 1e-4, 1.9e-4, 1.4e-3),
    Measured("rkd.angle", 64, 512, 1e-1, 1.0e-6, 2.8e-6),
    Measured("rkd.angle", 64, 512, 1e-2, 8.9e-8, 2.5e-5),
    Measured("rkd.angle", 64, 512, 1e-3, 7.4e-6, 2.6e-4),
    Measured("rkd.angle", 64, 512, 1e-4, 6.3e-4, 2.8e-3),
  ]

  @Test(arguments: pyTorch)
  func noLessExactThanPyTorch(_ measured: Measured) throws {
    let (s, t) = Self.pair(measured.n, measured.d, measured.size)
    let expected = measured.loss == "pkt" ? pkt(s, t) : angle(s, t)
    for table in Kernels.available {
      let result = try Kernels.$current.withValue(table) {
        try Registry.linked.loss(measured.loss).evaluate(
          student: ["embedding": s], teacher: ["embedding": t])
      }
      // Either may be luckier than a unit in the last place of its own numbers. The gradient of
      // `pkt` is equally precise in both, because no cancellation spoils it in either.
      let slack = measured.loss == "pkt" ? 1.5 : 1
      let error = abs(result.value - expected.value) / expected.value
      #expect(
        error <= max(measured.value, 2e-6),
        "\(table): value \(result.value), not \(expected.value)")
      expectClose(
        try result.gradients["embedding"].scalars, expected.gradient,
        slack * max(measured.gradient, 2e-6 * slack), "\(table): gradient")
    }
  }

  /// A teacher that is scaled or moved is just as near: its angles are the same.
  @Test func aMovedTeacherIsAsNear() throws {
    let (s, t) = Self.pair(16, 8, 1e-3)
    let expected = angle(s, t)
    for moved in [Tensor(3.7) * t, t + 5, Tensor(1e-6) * t] {
      let result = try Registry.linked.loss("rkd.angle").evaluate(
        student: ["embedding": s], teacher: ["embedding": moved])
      // Moving rounds the teacher: to 2⁻²² if the mean is 5.
      #expect(abs(result.value - expected.value) <= 1e-3 * expected.value)
    }
  }

  static func pair(_ n: Int, _ d: Int, _ size: Double) -> (student: Tensor, teacher: Tensor) {
    let (t, e) = (noise([n, d], seed: 1), noise([n, d], seed: 2))
    let s = zip(t.scalars, e.scalars).map { Float(Double($0) * (1 + size * Double($1))) }
    return (Tensor(s, shape: [n, d]), t)
  }
}

// MARK: - In Double

private typealias Exact = (value: Double, gradient: [Double])

/// With k = (1 + cos)/2 and p = k / Σ k, ∂L/∂q = −p/(q + ε)/n². The chain rule leads back to the
/// rows.
private func pkt(_ student: Tensor, _ teacher: Tensor) -> Exact {
  let (x, n, d, ε) = (Values(student), student.shape[0], student.shape[1], 1e-7)
  func affinities(
    _ x: Values
  ) -> (units: [[Double]], lengths: [Double], sums: [Double], p: [[Double]]) {
    let lengths = (0..<n).map { length(x.row($0)) }
    let units = (0..<n).map { i in x.row(i).map { $0 / (lengths[i] + ε) } }
    let k = square(n) { (1 + dot(units[$0], units[$1])) / 2 }
    let sums = k.map { $0.reduce(0, +) }
    return (units, lengths, sums, zip(k, sums).map { k, sum in k.map { $0 / sum } })
  }
  let (u, lengths, sums, q) = affinities(x)
  let p = affinities(Values(teacher)).p
  // The sum is over log1p of the relative difference, which Double holds to a relative 10⁻¹⁶.
  var value = 0.0
  for (p, q) in zip(p.joined(), q.joined()) { value -= p * log1p((q - p) / (p + ε)) }
  let scale = 1 / Double(n * n)
  let dq = square(n) { -p[$0][$1] / (q[$0][$1] + ε) * scale }
  let dk = square(n) { i, j in (dq[i][j] - dot(dq[i], q[i])) / sums[i] }
  var gradient = [Double](repeating: 0, count: n * d)
  for i in 0..<n {
    // First the gradient at the direction xᵢ / (‖xᵢ‖ + ε), then the gradient at the row.
    var du = [Double](repeating: 0, count: d)
    for j in 0..<n {
      let w = (dk[i][j] + dk[j][i]) / 2
      for k in 0..<d { du[k] += w * u[j][k] }
    }
    let damped = lengths[i] + ε
    let along = dot(du, u[i]) / lengths[i]
    for k in 0..<d { gradient[i * d + k] = du[k] / damped - along * u[i][k] }
  }
  return (value * scale, gradient)
}

/// ψ from squared distances, as docs/kernels/angle.md derives it.
private func angle(_ student: Tensor, _ teacher: Tensor) -> Exact {
  let (n, d) = (student.shape[0], student.shape[1])
  func squared(_ x: Tensor) -> [Double] {
    let rows = x.scalars.map { Double($0) }
    var result = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<i {
        var sum = 0.0
        for k in 0..<d {
          let difference = rows[i * d + k] - rows[j * d + k]
          sum += difference * difference
        }
        (result[i * n + j], result[j * n + i]) = (sum, sum)
      }
    }
    return result
  }
  let (s, t) = (squared(student), squared(teacher))
  var (value, slopes) = (0.0, [Double](repeating: 0, count: n * n))
  for a in 0..<n {
    for b in 0..<n where b != a {
      for c in 0..<n where c != a && c != b {
        let (ab, ac, bc) = (a * n + b, a * n + c, b * n + c)
        let length = 2 * (s[ab] * s[ac]).squareRoot()
        let ψ = (s[ab] + s[ac] - s[bc]) / length
        let e = ψ - (t[ab] + t[ac] - t[bc]) / (2 * (t[ab] * t[ac]).squareRoot())
        value += huber(e, 1)
        let slope = min(max(e, -1), 1)
        slopes[bc] -= slope / length
        slopes[ab] += slope * (1 / length - ψ / (2 * s[ab]))
        slopes[ac] += slope * (1 / length - ψ / (2 * s[ac]))
      }
    }
  }
  let scale = 1 / Double(n * n * n)
  let rows = student.scalars.map { Double($0) }
  var gradient = [Double](repeating: 0, count: n * d)
  for i in 0..<n {
    for j in 0..<n where j != i {
      let w = 2 * scale * (slopes[i * n + j] + slopes[j * n + i])
      for k in 0..<d { gradient[i * d + k] += w * (rows[i * d + k] - rows[j * d + k]) }
    }
  }
  return (value * scale, gradient)
}
