import CKernels

// MARK: - Two tensors, whose shapes broadcast as NumPy's do

extension Tensor {
  /// x + y, entry by entry. Shapes broadcast as NumPy's do; those that do not fit trap.
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    binary("+", a, b, kernels.elementwise.add) { dy in
      [a.isConstant ? nil : dy.summed(to: a.shape), b.isConstant ? nil : dy.summed(to: b.shape)]
    }
  }

  /// x − y, entry by entry. Shapes broadcast as NumPy's do; those that do not fit trap.
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    binary("-", a, b, kernels.elementwise.subtract) { dy in
      [a.isConstant ? nil : dy.summed(to: a.shape), b.isConstant ? nil : (-dy).summed(to: b.shape)]
    }
  }

  /// x · y, entry by entry. Shapes broadcast as NumPy's do; those that do not fit trap.
  ///
  /// The matrix product is `x • y` or ``matmul(_:)``.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    let (u, v) = (a.detached, b.detached)
    let (needsA, needsB) = (!a.isConstant, !b.isConstant)
    return binary("*", a, b, kernels.elementwise.multiply) { dy in
      [
        needsA ? (dy * v).summed(to: u.shape) : nil,
        needsB ? (dy * u).summed(to: v.shape) : nil,
      ]
    }
  }

  /// x / y, entry by entry. Shapes broadcast as NumPy's do; those that do not fit trap.
  ///
  /// A division by 0 gives infinity or NaN; ``dividedOrZero(by:)`` gives 0.
  public static func / (a: Tensor, b: Tensor) -> Tensor {
    let (u, v) = (a.detached, b.detached)
    let (needsA, needsB) = (!a.isConstant, !b.isConstant)
    return binary("/", a, b, kernels.elementwise.divide) { dy in
      [
        needsA ? (dy / v).summed(to: u.shape) : nil,
        needsB ? (-dy * (u / v) / v).summed(to: v.shape) : nil,
      ]
    }
  }

  /// x / y, and 0 if the magnitude of y is below the smallest normal number, with derivative 0 there.
  ///
  /// Equal numbers give exactly 1, which a product with the inverse does not. Shapes broadcast as
  /// NumPy's do; those that do not fit trap.
  public func dividedOrZero(by y: Tensor) -> Tensor {
    if y.count == 1 {
      if y.isConstant || !isConstant,
        let pairs = deferred(
          as: { $0.divided(by: .scalar(y)) }, holding: { $0.dividedOrZero(by: y) })
      {
        return pairs
      }
      let shape = broadcastShape("dividedOrZero", shape, y.shape)
      return y.scalar.magnitude < .leastNormalMagnitude
        ? Tensor(repeating: 0, shape: shape) : self / y
    }
    let isUsable = Tensor(shape: y.shape) { mask in
      for i in mask.indices {
        mask[i] = y.pointer[i].magnitude < .leastNormalMagnitude ? 0 : 1
      }
    }
    return self / (y * isUsable + (1 - isUsable)) * isUsable
  }

  private static func binary(
    _ name: StaticString, _ a: Tensor, _ b: Tensor, _ kernel: BinaryKernel,
    pullback: @escaping @Sendable (Tensor) -> [Tensor?]
  ) -> Tensor {
    let shape = broadcastShape(name, a.shape, b.shape)
    return operation(shape: shape, inputs: [a, b]) { y in
      let rows = BroadcastRows(shape, a.shape, b.shape)
      rows.forEachPart { start, count, i, j in
        kernel(count, a.pointer + i, rows.steps.0, b.pointer + j, rows.steps.1, y + start)
      }
    } pullback: {
      pullback($0)
    }
  }
}

// MARK: - One tensor; the kernels hold each function with its derivative

extension Tensor {
  /// −x
  public static prefix func - (x: Tensor) -> Tensor { x.map(\.scale, -1) }

  /// x²
  public func squared() -> Tensor { map(\.square) }

  /// √x; NaN below 0. The derivative at 0 is 0, so that a zero distance pulls on nothing.
  public func sqrt() -> Tensor { map(\.squareRoot) }

  /// 1/x, and 0 at 0, with derivative 0 there. A number below the smallest normal one counts as 0.
  public func reciprocalOrZero() -> Tensor { map(\.reciprocal) }

  /// eˣ, infinite from about 88.7 on.
  public func exp() -> Tensor { map(\.exponential) }

  /// The natural logarithm: −∞ at 0, and NaN below.
  public func log() -> Tensor { map(\.logarithm) }

  /// |x|, with derivative 0 at 0.
  public func abs() -> Tensor { map(\.absolute) }

  /// max(x, 0), with derivative 0 at 0.
  public func relu() -> Tensor { map(\.rectify) }

  /// The logistic function 1 / (1 + e⁻ˣ). No finite number overflows, and numbers close to 0 keep
  /// their figures, in the derivative too.
  public func sigmoid() -> Tensor { map(\.sigmoid) }

  /// log(1 + eˣ), which keeps its figures for numbers far below 0 and is finite for all. Its derivative is
  /// ``sigmoid()``.
  public func softplus() -> Tensor { map(\.softplus) }

  /// The hyperbolic tangent. Its derivative 1 / cosh² x keeps its figures if tanh x is 1.
  public func tanh() -> Tensor { map(\.tangent) }

  /// x Φ(x), with the distribution function Φ(x) = (1 + erf(x/√2)) / 2 of the standard normal: the
  /// exact form, which PyTorch's `gelu` has by default, and not the approximation by tanh.
  ///
  /// D. Hendrycks, K. Gimpel: Gaussian Error Linear Units, arXiv:1606.08415.
  public func gelu() -> Tensor { map(\.gelu) }

  /// min(x, c), with derivative 0 from c on. With ``relu()`` before it, and c = 6, it is PyTorch's
  /// `relu6`.
  public func capped(at c: Double) -> Tensor { map(\.cap, Scalar(c)) }

  /// ℓ_δ(x): x²/2 for |x| ≤ δ, and δ(|x| − δ/2) beyond.
  public func huber(delta δ: Double = 1) -> Tensor { map(\.huber, Scalar(δ)) }

  private func map(
    _ function: @escaping @Sendable (ElementwiseKernels) -> UnaryKernels, _ parameter: Scalar = 0
  ) -> Tensor {
    let x = detached
    let y = Tensor.constant(shape: shape) { y in
      let value = function(kernels.elementwise).value
      Parallel.forEachElementwisePart(of: count) { start, count in
        value(count, parameter, pointer + start, y + start)
      }
    }
    return y.computed(from: [self]) { dy in
      [
        Tensor.constant(shape: x.shape) { dx in
          let gradient = function(kernels.elementwise).gradient
          Parallel.forEachElementwisePart(of: x.count) { start, count in
            gradient(
              count, parameter, x.pointer + start, y.pointer + start, dy.pointer + start,
              dx + start)
          }
        }
      ]
    }
  }
}

extension Tensor {
  /// These numbers times another, as a constant: what a loss's gradient is on the way back.
  func scaled(by factor: Scalar) -> Tensor {
    factor == 1 ? detached : detached.map(\.scale, factor)
  }
}

extension Parallel {
  /// The number of entries that an elementwise pass works on at a time, on one core.
  static let elementwisePart = 1 << 13

  /// The work in an elementwise pass, of a few operations an entry.
  static func elementwiseWork(_ count: Int) -> Int { 2 * count }

  /// Calls `body` with parts of `0..<count`, on several cores if that pays for a pass of a few
  /// operations an entry.
  static func forEachElementwisePart(
    of count: Int, _ body: (_ start: Int, _ count: Int) -> Void
  ) {
    forEachRange(of: count, length: elementwisePart, work: elementwiseWork(count)) {
      body($0.lowerBound, $0.count)
    }
  }

  /// The sum of what `body` returns for parts of `0..<count`, in order.
  static func sumOfElementwiseParts(
    of count: Int, _ body: (_ start: Int, _ count: Int) -> Double
  ) -> Double {
    sumOfRanges(of: count, length: elementwisePart, work: elementwiseWork(count)) {
      body($0.lowerBound, $0.count)
    }
  }

  /// The sum of what `body` returns for consecutive ranges of `0..<count`, in order.
  static func sumOfRanges(
    of count: Int, length: Int, work: Int, _ body: (Range<Int>) -> Double
  ) -> Double {
    guard count > length else { return body(0..<count) }
    var sums = [Double](repeating: 0, count: (count + length - 1) / length)
    sums.withUnsafeMutableBufferPointer { sums in
      forEachRange(of: count, length: length, work: work) { range in
        sums[range.lowerBound / length] = body(range)
      }
    }
    return sums.reduce(0, +)
  }
}
