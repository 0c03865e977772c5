extension Tensor {
  /// The result of an operation on `inputs` whose derivative you write yourself.
  ///
  /// `value` holds the numbers of the result; how it was computed does not matter. On the way back,
  /// `pullback` maps ∂L/∂result to one ∂L/∂input for each of `inputs`:
  ///
  ///     /// Σ |s − t|³ over all entries; the teacher t is a constant.
  ///     func cubicError(student s: Tensor, teacher t: Tensor) -> Tensor {
  ///       let e = s.detached - t.detached
  ///       return .operation(inputs: [s, t], value: (e.abs() * e.squared()).sum()) { gradient in
  ///         [gradient * 3 * e * e.abs(), nil]
  ///       }
  ///     }
  ///
  /// It traps if the pullback returns another number of gradients than there are inputs, or one of
  /// another shape than its input; the message shows both. The guide `docs/own-derivatives.md` says
  /// when to write a derivative and how to check it.
  ///
  /// - Parameters:
  ///   - inputs: The tensors that the result depends on.
  ///   - value: The result's numbers, of any shape.
  ///   - pullback: Maps ∂L/∂result, of the shape of `value`, to ∂L/∂input for each of `inputs`, of the
  ///     input's shape, or `nil` for an input that takes no gradient. It is called once for each
  ///     gradient that is asked for, possibly on another thread, and not at all if every input is a
  ///     constant.
  /// - Returns: The numbers of `value`, through which gradients flow to `inputs`.
  public static func operation(
    inputs: [Tensor], value: Tensor,
    pullback: @escaping @Sendable (_ gradient: Tensor) -> [Tensor?]
  ) -> Tensor {
    let shapes = inputs.map { $0.shape }
    return value.computed(from: inputs) { gradient in
      let gradients = pullback(gradient)
      require(
        gradients.count == shapes.count,
        "[operation] the pullback returned \(gradients.count) gradients for \(shapes.count) inputs")
      for (index, gradient) in gradients.enumerated() {
        guard let gradient else { continue }
        require(
          gradient.shape == shapes[index],
          "[operation] shapes \(gradient.shape) and \(shapes[index]) differ: the pullback's gradient "
            + "\(index) and input \(index)")
      }
      return gradients
    }
  }

  /// The result of an operation on `inputs`, differentiable if any of them is.
  ///
  /// `forward` writes every scalar of the result. `pullback` maps ∂L/∂result, of the result's
  /// shape, to one ∂L/∂input for each of `inputs`; it may return `nil` for a constant.
  package static func operation(
    shape: [Int], inputs: [Tensor], forward: (UnsafeMutablePointer<Scalar>) -> Void,
    pullback: @escaping @Sendable (Tensor) -> [Tensor?]
  ) -> Tensor {
    let storage = Storage(count: shape.product)
    forward(storage.pointer)
    return Tensor(shape: shape, storage: storage, inputs: inputs, pullback: pullback)
  }

  /// A constant whose scalars `body` writes, all of them.
  package static func constant(
    shape: [Int], _ body: (UnsafeMutablePointer<Scalar>) -> Void
  ) -> Tensor {
    let storage = Storage(count: shape.product)
    body(storage.pointer)
    return Tensor(shape: shape, storage: storage, node: nil)
  }

  /// These scalars, as the result of an operation on `inputs`.
  package func computed(
    from inputs: [Tensor], pullback: @escaping @Sendable (Tensor) -> [Tensor?]
  ) -> Tensor {
    Tensor(shape: shape, storage: storage, inputs: inputs, pullback: pullback)
  }

  init(
    shape: [Int], storage: Storage, inputs: [Tensor],
    pullback: @escaping @Sendable (Tensor) -> [Tensor?]
  ) {
    self.init(
      shape: shape, storage: storage, node: .operation(on: inputs, pullback: pullback))
  }
}
