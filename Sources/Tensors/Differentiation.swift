/// One step of a computation: the tensors it read, and the rule that carries a gradient back.
///
/// A class, because several later steps may refer to one earlier step.
final class Node: Sendable {
  /// Maps ∂L/∂output to ∂L/∂input, one for each of `inputs`; `nil` for an input that is constant.
  typealias Pullback = @Sendable (Tensor) -> [Tensor?]

  let inputs: [Node?]
  let pullback: Pullback

  init(inputs: [Node?], pullback: @escaping Pullback) {
    self.inputs = inputs
    self.pullback = pullback
  }

  /// A variable, at which gradients end.
  convenience init() { self.init(inputs: [], pullback: { _ in [] }) }
}

extension Tensor {
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
    let isConstant = inputs.allSatisfy { $0.node == nil }
    self.init(
      shape: shape, storage: storage,
      node: isConstant ? nil : Node(inputs: inputs.map { $0.node }, pullback: pullback))
  }

  /// The same numbers as a variable: gradients can be taken with respect to it.
  public var variable: Tensor { Tensor(shape: shape, storage: storage, node: Node()) }
}

/// Evaluates `f(x)` and ∂f/∂x.
///
/// - Precondition: `f` returns a scalar.
public func valueWithGradient(
  at x: Tensor, of f: (Tensor) throws -> Tensor
) rethrows -> (value: Tensor, gradient: Tensor) {
  let (value, gradients) = try valueWithGradient(at: [x]) { try f($0[0]) }
  return (value, gradients[0])
}

/// Evaluates `f(x₁, x₂, …)` and its gradient with respect to each argument.
///
/// - Precondition: `f` returns a scalar.
public func valueWithGradient(
  at arguments: [Tensor], of f: ([Tensor]) throws -> Tensor
) rethrows -> (value: Tensor, gradients: [Tensor]) {
  let variables = arguments.map { $0.variable }
  let value = try f(variables)
  precondition(value.count == 1, "[gradient] only a scalar has one, not shape \(value.shape)")
  let seed = Tensor(repeating: 1, shape: value.shape)
  return (value.detached, gradients(of: [(value, seed)], withRespectTo: variables))
}

/// Carries gradients at some results back to the variables that they were computed from.
///
/// - Parameters:
///   - results: Tensors, each with ∂L/∂result of its shape.
///   - variables: Tensors made by ``Tensor/variable``.
/// - Returns: ∂L/∂variable, zero where a result does not depend on the variable.
public func gradients(
  of results: [(result: Tensor, gradient: Tensor)], withRespectTo variables: [Tensor]
) -> [Tensor] {
  var gradients: [ObjectIdentifier: Tensor] = [:]
  func add(_ contribution: Tensor, to node: Node) {
    let id = ObjectIdentifier(node)
    gradients[id] = gradients[id].map { $0 + contribution } ?? contribution
  }
  for (result, gradient) in results {
    precondition(
      result.shape == gradient.shape,
      "[gradient] shapes \(result.shape) and \(gradient.shape) differ")
    if let node = result.node { add(gradient.detached, to: node) }
  }
  for node in topologicalOrder(to: results.compactMap { $0.result.node }).reversed()
  where !node.inputs.isEmpty {
    // A gradient is of no more use once it has been carried on.
    guard let gradient = gradients.removeValue(forKey: ObjectIdentifier(node)) else { continue }
    for case (let input?, let contribution?) in zip(node.inputs, node.pullback(gradient)) {
      add(contribution, to: input)
    }
  }
  return variables.map { variable in
    let known = variable.node.flatMap { gradients[ObjectIdentifier($0)] }
    return known ?? Tensor(repeating: 0, shape: variable.shape)
  }
}

/// Every node that leads to `roots`, each after its inputs.
private func topologicalOrder(to roots: [Node]) -> [Node] {
  var order: [Node] = []
  var visited: Set<ObjectIdentifier> = []
  var stack = roots.map { (node: $0, isExpanded: false) }
  while let (node, isExpanded) = stack.popLast() {
    if isExpanded {
      order.append(node)
    } else if visited.insert(ObjectIdentifier(node)).inserted {
      stack.append((node, true))
      for case let input? in node.inputs { stack.append((input, false)) }
    }
  }
  return order
}
