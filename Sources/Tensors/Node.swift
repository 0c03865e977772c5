/// Where a tensor came from, if that matters to a gradient.
///
/// A class, because several later steps may refer to one earlier step.
final class Node: Sendable {
  /// Maps ∂L/∂output to one ∂L/∂input for each input; `nil` for an input that takes no gradient.
  typealias Pullback = @Sendable (Tensor) -> [Tensor?]

  enum Kind: Sendable {
    /// A variable, at which gradients end.
    case variable
    /// One step of a computation: what it read, and the rule that carries a gradient back.
    case operation(inputs: [Node?], pullback: Pullback)
    /// A matrix in whose place another one is held, once it is needed.
    case standIn(for: @Sendable () -> Node?)
    /// A gradient, or a result of gradients and constants alone, with the variables that it depends
    /// on. It counts as a constant, and only to ask for its gradient at one of these is an error.
    case gradient(at: [Origin])
  }

  /// A variable that a gradient depends on. Once the variable is gone, nobody can ask for a gradient
  /// at it.
  struct Origin: Sendable {
    weak let variable: Node?
  }

  let kind: Kind

  init(_ kind: Kind) { self.kind = kind }

  var isVariable: Bool {
    if case .variable = kind { true } else { false }
  }

  var isGradient: Bool {
    if case .gradient = kind { true } else { false }
  }

  /// The variables in reach: this one, or those that this gradient depends on.
  var variables: [Node] {
    switch kind {
    case .variable: [self]
    case .operation, .standIn: []
    case .gradient(let origins): origins.compactMap { $0.variable }
    }
  }
}

extension Node {
  /// The node of what an operation on `inputs` makes; `nil` if that is a constant.
  static func operation(
    on inputs: [Tensor], pullback: @escaping Pullback
  ) -> Node? {
    if inputs.contains(where: { !$0.isConstant }) {
      return Node(.operation(inputs: inputs.map { $0.node }, pullback: pullback))
    }
    let gradients = inputs.compactMap { $0.node }
    guard let first = gradients.first else { return nil }
    return gradients.allSatisfy { $0 === first }
      ? first : .gradient(at: gradients.flatMap { $0.variables })
  }

  /// The node of a gradient that depends on `variables`; `nil` if there are none.
  static func gradient(at variables: [Node]) -> Node? {
    var seen: Set<ObjectIdentifier> = []
    let origins = variables.filter { seen.insert(ObjectIdentifier($0)).inserted }
    return origins.isEmpty ? nil : Node(.gradient(at: origins.map { Origin(variable: $0) }))
  }
}
