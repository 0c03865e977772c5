extension Tensor {
  /// These numbers as a new variable: gradients can be taken with respect to it.
  public var variable: Tensor { Tensor(shape: shape, storage: storage, node: Node(.variable)) }

  /// Whether this tensor is a ``variable``, so that gradients can be taken with respect to it. A
  /// tensor that was computed from a variable is none itself.
  public var isVariable: Bool { node?.isVariable ?? false }

  /// These numbers as a constant: no gradient flows through it.
  public var detached: Tensor { Tensor(shape: shape, storage: storage, node: nil) }

  /// Whether no gradient flows through this tensor: it was not computed from a ``variable``, or it
  /// is a gradient.
  public var isConstant: Bool { node?.isGradient ?? true }
}

/// Evaluates f(x) and ∂f/∂x, which has the shape of x.
///
///     let (value, gradient) = valueWithGradient(at: [[3, 4]]) { $0.squared().sum() }
///     // 25 and [[6, 8]]
///
/// `f` must return a scalar that it computed from its argument. It traps if it returns more than one number, or
/// a constant. Value and gradient are
/// constants. A gradient of a gradient is not supported: to ask for it traps, as
/// ``gradients(of:withRespectTo:)`` says.
public func valueWithGradient(
  at x: Tensor, of f: (Tensor) throws -> Tensor
) rethrows -> (value: Tensor, gradient: Tensor) {
  let (value, gradients) = try valueWithGradient(at: [x]) { try f($0[0]) }
  return (value, gradients[0])
}

/// Evaluates f(x₁, x₂, …) and its gradient with respect to each argument, of the argument's shape.
///
///     let (value, gradients) = valueWithGradient(at: [weight, bias]) { w in
///       (x.matmul(w[0]) + w[1]).crossEntropy(labels: labels)
///     }
///
/// `f` must return a scalar that it computed from its argument. It traps if it returns more than one number, or
/// a constant. Value and gradients are
/// constants. A gradient of a gradient is not supported: to ask for it traps, as
/// ``gradients(of:withRespectTo:)`` says.
public func valueWithGradient(
  at arguments: [Tensor], of f: ([Tensor]) throws -> Tensor
) rethrows -> (value: Tensor, gradients: [Tensor]) {
  let variables = arguments.map { $0.variable }
  let value = try f(variables)
  require(value.count == 1, "[gradient] only a scalar has one, not shape \(value.shape)")
  let (gradients, order) = pulledBack([(value, .ones(value.shape))], to: variables)
  require(
    !value.isConstant,
    "[gradient] the value was computed from no variable: compute it from what the closure is given")
  // Nobody else sees the variables made here. The results may also depend on the variables that the
  // arguments, or other tensors in `f`, were computed from.
  let own = Set(variables.compactMap { $0.node }.map { ObjectIdentifier($0) })
  let others =
    order.flatMap { $0.variables }.filter { !own.contains(ObjectIdentifier($0)) }
    + NodeOrder(to: arguments.compactMap { $0.node }).nodes.flatMap { $0.variables }
  let node = Node.gradient(at: others)
  return (value.with(node), gradients.map { $0.with(node) })
}

/// Carries gradients at some results back to the variables that they were computed from.
///
///     let x = Tensor([1, 2]).variable
///     let y = x.squared()
///     let gradient = gradients(of: [(y, [1, 10])], withRespectTo: [x])[0]  // [2, 40]
///
/// Two mistakes trap: a tensor in `variables` that is no variable, and a gradient of a gradient, which
/// is not supported. The latter is a result computed from a gradient that depends on one of
/// `variables`; ``Tensor/detached`` says that a gradient is meant as a constant.
///
/// - Parameters:
///   - results: Tensors, each with ∂L/∂result of its shape.
///   - variables: Tensors made by ``Tensor/variable``.
/// - Returns: ∂L/∂variable for each variable, of its shape; zero if no result depends on it.
public func gradients(
  of results: [(result: Tensor, gradient: Tensor)], withRespectTo variables: [Tensor]
) -> [Tensor] {
  let (gradients, order) = pulledBack(results, to: variables)
  let node = Node.gradient(at: order.flatMap { $0.variables })
  return gradients.map { $0.with(node) }
}

/// The gradients of a scalar at variables that nobody else sees. They are plain constants, since nobody
/// can ask for a gradient of them.
package func constantGradients(
  of value: Tensor, withRespectTo variables: [Tensor]
) -> [Tensor] {
  pulledBack([(value, .ones(value.shape))], to: variables).gradients
}

/// The gradients at `variables`, and every node that the results depend on, each after its inputs.
private func pulledBack(
  _ results: [(result: Tensor, gradient: Tensor)], to variables: [Tensor]
) -> (gradients: [Tensor], order: [Node]) {
  for (index, tensor) in variables.enumerated() {
    require(
      tensor.isVariable,
      "[gradient] tensor \(index) of shape \(tensor.shape) is no variable: make one with 'variable' "
        + "and compute the results from it")
  }
  for (result, gradient) in results {
    require(
      result.shape == gradient.shape,
      "[gradient] shapes \(result.shape) and \(gradient.shape) differ")
  }
  let order = NodeOrder(to: results.compactMap { $0.result.node })
  require(
    !areGradientsOfGradients(order.nodes, at: variables),
    "[gradient] a result was computed from a gradient at one of the same variables, and a gradient of "
      + "a gradient is not supported; 'detached' says that it is meant as a constant")
  var gradients = [Tensor?](repeating: nil, count: order.nodes.count)
  func add(_ contribution: Tensor, to node: Node) {
    guard let place = order.place(of: node) else { return }
    gradients[place] = gradients[place].map { $0 + contribution.detached } ?? contribution.detached
  }
  for (result, gradient) in results {
    if let node = result.node { add(gradient, to: node) }
  }
  for place in order.nodes.indices.reversed() {
    // A gradient is of no more use once it has been carried on.
    switch order.nodes[place].kind {
    case .operation(let inputs, let pullback):
      guard let gradient = gradients[place].take() else { continue }
      for case (let input?, let contribution?) in zip(inputs, pullback(gradient)) {
        add(contribution, to: input)
      }
    case .standIn(let held):
      if let gradient = gradients[place].take(), let node = held() { add(gradient, to: node) }
    case .variable, .gradient: break
    }
  }
  let found = variables.map { variable in
    let place = variable.node.flatMap { order.place(of: $0) }
    return place.flatMap { gradients[$0] } ?? Tensor(repeating: 0, shape: variable.shape)
  }
  return (found, order.nodes)
}

/// Whether one of `nodes` is a gradient that depends on one of `variables`.
private func areGradientsOfGradients(_ nodes: [Node], at variables: [Tensor]) -> Bool {
  nodes.contains { node in
    node.isGradient
      && node.variables.contains { origin in
        variables.contains { $0.node === origin }
      }
  }
}

extension Tensor {
  /// These numbers with another origin.
  fileprivate func with(_ node: Node?) -> Tensor {
    Tensor(shape: shape, storage: storage, node: node)
  }
}
