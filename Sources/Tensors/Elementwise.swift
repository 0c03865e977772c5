import Foundation

// Each operation states its forward rule, then its derivative, over the same names.

// MARK: - Of two tensors, whose shapes broadcast as NumPy's do

extension Tensor {
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    binary("+", a, b, { $0 + $1 }) { dy in
      [a.isConstant ? nil : dy.summed(to: a.shape), b.isConstant ? nil : dy.summed(to: b.shape)]
    }
  }

  public static func - (a: Tensor, b: Tensor) -> Tensor {
    binary("-", a, b, { $0 - $1 }) { dy in
      [a.isConstant ? nil : dy.summed(to: a.shape), b.isConstant ? nil : (-dy).summed(to: b.shape)]
    }
  }

  public static func * (a: Tensor, b: Tensor) -> Tensor {
    let (u, v) = (a.detached, b.detached)
    let (needsA, needsB) = (!a.isConstant, !b.isConstant)
    return binary("*", a, b, { $0 * $1 }) { dy in
      [
        needsA ? (dy * v).summed(to: u.shape) : nil,
        needsB ? (dy * u).summed(to: v.shape) : nil,
      ]
    }
  }

  public static func / (a: Tensor, b: Tensor) -> Tensor {
    let (u, v) = (a.detached, b.detached)
    let (needsA, needsB) = (!a.isConstant, !b.isConstant)
    return binary("/", a, b, { $0 / $1 }) { dy in
      [
        needsA ? (dy / v).summed(to: u.shape) : nil,
        needsB ? (-dy * u / (v * v)).summed(to: v.shape) : nil,
      ]
    }
  }

  private static func binary(
    _ name: StaticString, _ a: Tensor, _ b: Tensor, _ f: (Scalar, Scalar) -> Scalar,
    pullback: @escaping @Sendable (Tensor) -> [Tensor?]
  ) -> Tensor {
    let shape = broadcastShape(name, a.shape, b.shape)
    return operation(shape: shape, inputs: [a, b]) { y in
      let (p, q) = (a.pointer, b.pointer)
      if a.shape == b.shape {
        for i in 0..<a.count { y[i] = f(p[i], q[i]) }
      } else if b.count == 1 && a.shape == shape {
        let scalar = q[0]
        for i in 0..<a.count { y[i] = f(p[i], scalar) }
      } else if a.count == 1 && b.shape == shape {
        let scalar = p[0]
        for i in 0..<b.count { y[i] = f(scalar, q[i]) }
      } else {
        forEachRow(of: shape, a.shape, b.shape) { row, length, i, di, j, dj in
          for k in 0..<length { y[row + k] = f(p[i + k * di], q[j + k * dj]) }
        }
      }
    } pullback: {
      pullback($0)
    }
  }

  /// Undoes a broadcast from `newShape` by summing over the axes that it repeated.
  func summed(to newShape: [Int]) -> Tensor {
    guard shape != newShape else { return self }
    var sums = [Double](repeating: 0, count: newShape.product)
    forEachRow(of: shape, shape, newShape) { row, length, _, _, j, dj in
      for k in 0..<length { sums[j + k * dj] += Double(pointer[row + k]) }
    }
    return Tensor(sums.map { Scalar($0) }, shape: newShape)
  }

  /// Repeats along the axes of length 1, and along new leading axes.
  public func broadcast(to newShape: [Int]) -> Tensor {
    precondition(
      broadcastShape("broadcast", shape, newShape) == newShape,
      "[broadcast] shape \(shape) does not broadcast to \(newShape)")
    let shape = shape
    return Tensor.operation(shape: newShape, inputs: [self]) { y in
      forEachRow(of: newShape, newShape, shape) { row, length, _, _, j, dj in
        for k in 0..<length { y[row + k] = pointer[j + k * dj] }
      }
    } pullback: {
      [$0.summed(to: shape)]
    }
  }
}

/// Visits a tensor of `shape` row by row: where the row starts in it, its length, and the start
/// and step of the row in operands of shapes `a` and `b` that broadcast to `shape`.
private func forEachRow(
  of shape: [Int], _ a: [Int], _ b: [Int],
  _ body: (_ row: Int, _ length: Int, _ i: Int, _ di: Int, _ j: Int, _ dj: Int) -> Void
) {
  guard shape.product > 0 else { return }
  let length = shape.last ?? 1
  let (p, q) = (broadcastStrides(a, rank: shape.count), broadcastStrides(b, rank: shape.count))
  let outer = max(shape.count - 1, 0)
  var counter = [Int](repeating: 0, count: outer)
  var (i, j) = (0, 0)
  for row in stride(from: 0, to: shape.product, by: length) {
    body(row, length, i, p.last ?? 0, j, q.last ?? 0)
    for axis in (0..<outer).reversed() {
      counter[axis] += 1
      i += p[axis]
      j += q[axis]
      if counter[axis] < shape[axis] { break }
      i -= p[axis] * shape[axis]
      j -= q[axis] * shape[axis]
      counter[axis] = 0
    }
  }
}

/// How far to step along each axis of the result; 0 along an axis that is repeated.
private func broadcastStrides(_ shape: [Int], rank: Int) -> [Int] {
  var strides = [Int](repeating: 0, count: rank)
  var stride = 1
  for (axis, length) in zip((0..<rank).reversed(), shape.reversed()) {
    strides[axis] = length == 1 ? 0 : stride
    stride *= length
  }
  return strides
}

private func broadcastShape(_ name: StaticString, _ a: [Int], _ b: [Int]) -> [Int] {
  let rank = max(a.count, b.count)
  let pad = { (s: [Int]) in [Int](repeating: 1, count: rank - s.count) + s }
  return zip(pad(a), pad(b)).map { m, n in
    precondition(m == n || m == 1 || n == 1, "[\(name)] shapes \(a) and \(b) do not broadcast")
    return m == 1 ? n : m
  }
}

// MARK: - Of one tensor

extension Tensor {
  public static prefix func - (x: Tensor) -> Tensor {
    x.map {
      -$0
    } derivative: { _, _ in
      -1
    }
  }

  /// x²
  public func squared() -> Tensor {
    map {
      $0 * $0
    } derivative: { x, _ in
      2 * x
    }
  }

  /// √x. The derivative at 0 is 0, so that a zero distance pulls on nothing.
  public func squareRoot() -> Tensor {
    map {
      $0.squareRoot()
    } derivative: { _, y in
      y > 0 ? 0.5 / y : 0
    }
  }

  /// 1/x, and 0 at 0, with derivative 0 there.
  public func reciprocalOrZero() -> Tensor {
    map {
      $0 == 0 ? 0 : 1 / $0
    } derivative: { _, y in
      -y * y
    }
  }

  /// eˣ
  public func exponential() -> Tensor {
    map {
      exp($0)
    } derivative: { _, y in
      y
    }
  }

  /// The natural logarithm.
  public func logarithm() -> Tensor {
    map {
      log($0)
    } derivative: { x, _ in
      1 / x
    }
  }

  /// |x|, with derivative 0 at 0.
  public func absolute() -> Tensor {
    map {
      abs($0)
    } derivative: { x, _ in
      x > 0 ? 1 : x < 0 ? -1 : 0
    }
  }

  /// max(x, 0), with derivative 0 at 0.
  public func rectified() -> Tensor {
    map {
      max($0, 0)
    } derivative: { x, _ in
      x > 0 ? 1 : 0
    }
  }

  /// ℓ_δ(x): x²/2 for |x| ≤ δ, and δ(|x| − δ/2) beyond.
  public func huber(delta δ: Double = 1) -> Tensor {
    let δ = Scalar(δ)
    return map {
      abs($0) <= δ ? $0 * $0 / 2 : δ * (abs($0) - δ / 2)
    } derivative: { x, _ in
      min(max(x, -δ), δ)
    }
  }

  private func map(
    _ f: (Scalar) -> Scalar, derivative: @escaping @Sendable (Scalar, Scalar) -> Scalar
  ) -> Tensor {
    let x = detached
    let y = Tensor(shape: shape) { y in
      for i in 0..<count { y[i] = f(pointer[i]) }
    }
    guard !isConstant else { return y }
    return y.computed(from: [self]) { dy in
      [
        Tensor(shape: x.shape) { dx in
          for i in 0..<x.count { dx[i] = dy.pointer[i] * derivative(x.pointer[i], y.pointer[i]) }
        }
      ]
    }
  }
}
