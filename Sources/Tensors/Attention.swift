import CKernels

extension Tensor {
  /// Scaled dot-product attention of several heads among the tokens of each example: N×T×3D to N×T×D.
  ///
  /// Each token holds its query, key and value, side by side, D numbers each. A head has D/heads
  /// of each and computes softmax(Q Kᵀ/√(D/heads)) V; the heads' results lie side by side.
  ///
  /// A. Vaswani et al.: Attention Is All You Need, NeurIPS 2017, section 3.2.
  ///
  /// - Parameter heads: The number of heads, which must divide D. If it does not, or if the shape is
  ///   another one, it traps.
  /// - Returns: What each token attends to, N×T×D.
  public func attention(heads: Int) -> Tensor {
    require(
      rank == 3 && heads > 0 && shape[2].isMultiple(of: 3 * heads),
      "[attention] shape \(shape) is not that of tokens' queries, keys and values for \(heads) heads"
    )
    let plan = AttentionPlan(
      examples: shape[0], tokens: shape[1], heads: heads, width: shape[2] / 3 / heads)
    let x = detached
    let shape = [plan.examples, plan.tokens, plan.features]
    guard !isConstant else {
      return Tensor.constant(shape: shape) { y in
        plan.forEachHead { head, kernels in
          let probabilities = Storage(count: plan.square)
          plan.forward(head, kernels, x.pointer, probabilities.pointer, into: y)
        }
      }
    }
    // The probabilities of each head, T×T.
    let probabilities = Storage(count: plan.parts * plan.square)
    let y = Tensor.constant(shape: shape) { y in
      plan.forEachHead { head, kernels in
        plan.forward(
          head, kernels, x.pointer, probabilities.pointer + head * plan.square, into: y)
      }
    }
    return y.computed(from: [self]) { dy in
      [
        Tensor.constant(shape: x.shape) { dx in
          plan.forEachHead { head, kernels in
            plan.gradient(
              head, kernels, x.pointer, probabilities.pointer + head * plan.square, dy.pointer,
              into: dx)
          }
        }
      ]
    }
  }
}

/// The sizes of an attention, and the work on one head of one example.
private struct AttentionPlan {
  let examples, tokens, heads, width: Int

  /// D.
  var features: Int { heads * width }
  var parts: Int { examples * heads }
  var square: Int { tokens * tokens }

  private var scale: Float { 1 / Float(width).squareRoot() }

  /// Calls `body` with every head of every example, and with the kernels of the thread that asks.
  func forEachHead(_ body: (_ head: Int, _ kernels: KernelTable) -> Void) {
    let kernels = kernels
    Parallel.forEach(parts, work: parts * square * (width / 4 + 10)) { body($0, kernels) }
  }

  /// Where a head's queries begin among those of all tokens; its keys are `features` behind them,
  /// and its values again.
  private func start(of head: Int) -> Int {
    head / heads * tokens * 3 * features + head % heads * width
  }

  /// Where a head's results begin.
  private func result(of head: Int) -> Int {
    head / heads * tokens * features + head % heads * width
  }

  private func rows(_ start: UnsafePointer<Float>, step: Int) -> MatrixView {
    MatrixView(start: start, rowStep: step, columnStep: 1)
  }

  private func scratch(_ kernels: MatrixKernels) -> Storage {
    let sizes = [(tokens, tokens, width), (tokens, width, tokens)]
    return Storage(count: sizes.map { kernels.scratchCount($0.0, $0.1, $0.2) }.max() ?? 0)
  }

  /// P = softmax(Q Kᵀ/√d) and O = P V.
  func forward(
    _ head: Int, _ table: KernelTable, _ x: UnsafePointer<Float>, _ p: UnsafeMutablePointer<Float>,
    into y: UnsafeMutablePointer<Float>
  ) {
    let (kernels, softmax) = (table.matrix, table.rows.softmax)
    let (t, d, step) = (tokens, width, 3 * features)
    let scratch = scratch(kernels)
    let query = x + start(of: head)
    let key = MatrixView(query + features, rowLength: step, transposed: true)
    kernels.product(t, t, d, rows(query, step: step), key, p, t, false, scratch.pointer)
    softmax(t, t, scale, p, p)
    kernels.product(
      t, d, t, rows(p, step: t), rows(query + 2 * features, step: step), y + result(of: head),
      features, false, scratch.pointer)
  }

  /// With the gradient dO: dV = Pᵀ dO; dP = dO Vᵀ; dS from P and dP as softmax has it; dQ = dS K and
  /// dK = dSᵀ Q.
  func gradient(
    _ head: Int, _ table: KernelTable, _ x: UnsafePointer<Float>, _ p: UnsafePointer<Float>,
    _ dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>
  ) {
    let (kernels, softmaxGradient) = (table.matrix, table.rows.softmaxGradient)
    let (t, d, step) = (tokens, width, 3 * features)
    let scratch = scratch(kernels)
    let (query, dQuery) = (x + start(of: head), dx + start(of: head))
    let (key, value) = (query + features, query + 2 * features)
    let dOut = rows(dy + result(of: head), step: features)
    let ds = Storage(count: square)
    func product(_ a: MatrixView, _ b: MatrixView, into c: UnsafeMutablePointer<Float>) {
      kernels.product(t, d, t, a, b, c, step, false, scratch.pointer)
    }
    product(
      MatrixView(p, rowLength: t, transposed: true), dOut, into: dQuery + 2 * features)
    kernels.product(
      t, t, d, dOut, MatrixView(value, rowLength: step, transposed: true), ds.pointer, t, false,
      scratch.pointer)
    softmaxGradient(t, t, scale, p, ds.pointer, ds.pointer)
    product(rows(ds.pointer, step: t), rows(key, step: step), into: dQuery)
    product(
      MatrixView(ds.pointer, rowLength: t, transposed: true), rows(query, step: step),
      into: dQuery + features)
  }
}
