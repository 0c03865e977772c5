package import Tensors

/// A value that a loss computes from a network's outputs: a knowledge, or a relation of another node's
/// value.
///
/// Student and teacher share the nodes of a loss. Each node is computed once for either of them, and
/// not at all for a network whose value no match compares.
package enum Node: Sendable {
  case knowledge(any Knowledge<Tensor>)
  case layers(any Knowledge<TensorPair>)
  case relation(any Relation<Tensor>, of: Int)
  case relationOfLayers(any Relation<TensorPair>, of: Int)
  /// A relation that is streamed if an elementwise matcher follows, and held otherwise.
  case stack(any StreamedRelation, of: Int)
  /// A relation that owns tensors; the number of its owner among ``Nodes/owners``.
  case stateful(any StatefulRelation, of: Int, owner: Int)
  /// A relation that knows the shape of the other network's value, which is another node's.
  case paired(any PairedRelation, of: Int, beside: Int)
  /// A relation that reads the labels of the batch.
  case labeled(any LabeledRelation, of: Int)
  /// The inner products of the rows of a value, from which several relations follow.
  case innerProducts(of: Int)
  /// A relation that follows from the inner products of a value.
  case relationOfProducts(any InnerProductRelation, of: Int, products: Int)
}

extension Node {
  /// The knowledge that it computes, if it does.
  package var knowledge: (any Knowledge)? {
    switch self {
    case .knowledge(let knowledge): knowledge
    case .layers(let knowledge): knowledge
    default: nil
    }
  }

  /// The relation that it computes, if it does.
  package var relation: (any Relation)? {
    switch self {
    case .relation(let relation, _): relation
    case .relationOfLayers(let relation, _): relation
    case .stack(let relation, _): relation
    case .stateful(let relation, _, _): relation
    case .paired(let relation, _, _): relation
    case .labeled(let relation, _): relation
    case .relationOfProducts(let relation, _, _): relation
    case .knowledge, .layers, .innerProducts: nil
    }
  }

  /// The earlier node whose value it takes; a knowledge takes none.
  package var input: Int? {
    switch self {
    case .knowledge, .layers: nil
    case .relation(_, let input), .relationOfLayers(_, let input), .stack(_, let input),
      .labeled(_, let input), .innerProducts(let input), .stateful(_, let input, _),
      .paired(_, let input, _), .relationOfProducts(_, let input, _):
      input
    }
  }

  /// Whether it reads the labels of the batch.
  var readsLabels: Bool {
    if case .labeled = self { true } else { knowledge?.readsLabels ?? false }
  }

  fileprivate var part: (any Named)? {
    if let knowledge { return knowledge }
    return relation
  }
}

/// The nodes of a loss. Each stands once, and after its input.
package struct Nodes: Sendable {
  package private(set) var all: [Node] = []

  /// The parts of a loss that own tensors, each once.
  private(set) var owners: [StateOwner] = []

  package subscript(_ index: Int) -> Node { all[index] }

  /// The node of a knowledge: the node that is already there, or a new one.
  mutating func index<K: Knowledge>(of knowledge: K) -> Int {
    if let known = firstIndex(of: knowledge, input: nil) { return known }
    if let knowledge = knowledge as? any Knowledge<Tensor> {
      return append(.knowledge(knowledge))
    }
    guard let layers = knowledge as? any Knowledge<TensorPair> else {
      fatalError("[loss] \(K.self) gives \(K.Value.self), not a Tensor or a TensorPair")
    }
    return append(.layers(layers))
  }

  /// The nodes of a relation of the student's value and of the teacher's. The node of a chain is that of its
  /// last relation.
  mutating func indices(of relation: any Relation, from inputs: NodePair) -> NodePair {
    switch relation {
    case let chain as any ChainedRelation:
      return chain.links.reduce(inputs) { indices(of: $1, from: $0) }
    case let relation as any StatefulRelation:
      let owner = owner(.relation(relation, inputs))
      return inputs.mapped { index(of: .stateful(relation, of: $0, owner: owner)) }
    case let relation as any PairedRelation:
      return NodePair(
        student: index(of: .paired(relation, of: inputs.student, beside: inputs.teacher)),
        teacher: index(of: .paired(relation, of: inputs.teacher, beside: inputs.student)))
    default: return inputs.mapped { index(of: relation, from: $0) }
    }
  }

  /// The number of an owner of tensors: the one that it already has, or a new one.
  mutating func owner(_ owner: StateOwner) -> Int {
    if let known = owners.firstIndex(where: owner.isEqual) { return known }
    owners.append(owner)
    return owners.count - 1
  }

  /// The node of a relation of another node's value.
  private mutating func index(of relation: any Relation, from input: Int) -> Int {
    if let known = firstIndex(of: relation, input: input) { return known }
    switch relation {
    case let relation as any LabeledRelation: return append(.labeled(relation, of: input))
    case let relation as any InnerProductRelation:
      let products = indexOfProducts(from: input)
      return append(.relationOfProducts(relation, of: input, products: products))
    case let relation as any StreamedRelation: return append(.stack(relation, of: input))
    case let relation as any Relation<Tensor>: return append(.relation(relation, of: input))
    case let relation as any Relation<TensorPair>:
      return append(.relationOfLayers(relation, of: input))
    default: fatalError("[loss] \(relation.formula) takes no Tensor and no TensorPair")
    }
  }

  /// The node of the inner products of another node's value.
  mutating func indexOfProducts(from input: Int) -> Int {
    let known = all.firstIndex { node in
      if case .innerProducts(input) = node { true } else { false }
    }
    return known ?? append(.innerProducts(of: input))
  }

  /// The node that is there already, or otherwise this new one.
  private mutating func index(of node: Node) -> Int {
    let known = all.firstIndex { other in
      switch (node, other) {
      case (.stateful(_, let a, let owner), .stateful(_, let b, let other)):
        a == b && owner == other
      case (.paired(let relation, let a, let mine), .paired(let other, let b, let others)):
        a == b && mine == others && relation.isEqual(to: other)
      default: false
      }
    }
    return known ?? append(node)
  }

  private mutating func append(_ node: Node) -> Int {
    all.append(node)
    return all.count - 1
  }

  private func firstIndex(of part: some Named, input: Int?) -> Int? {
    all.firstIndex { $0.input == input && $0.part.map(part.isEqual) == true }
  }

  /// The nodes from the knowledge to the node itself.
  package func path(to index: Int) -> [Int] { (all[index].input.map(path) ?? []) + [index] }

  /// The relations from the knowledge to the node.
  package func relations(to index: Int) -> [any Relation] {
    path(to: index).compactMap { all[$0].relation }
  }

  /// The node of the knowledge from which the value of a node is made.
  func root(of index: Int) -> Int { all[index].input.map(root) ?? index }

  /// The knowledge from which the value of a node is made.
  package func knowledge(of index: Int) -> any Knowledge {
    guard let knowledge = all[root(of: index)].knowledge else {
      fatalError("[loss] a relation of nothing")
    }
    return knowledge
  }

  /// The value of a node as a formula would write it: `embedding.gram`.
  func formula(of index: Int) -> String {
    ([knowledge(of: index).formula] + relations(to: index).map { $0.formula })
      .joined(separator: ".")
  }
}

extension Named {
  /// Whether another part is of this type, and equal.
  func isEqual(to other: any Named) -> Bool { other as? Self == self }
}

/// The nodes of student and teacher that belong together.
package struct NodePair: Hashable, Sendable {
  let student: Int
  let teacher: Int

  /// Both nodes changed alike; one that they share is changed once.
  fileprivate func mapped(_ change: (Int) -> Int) -> NodePair {
    let changed = change(student)
    return NodePair(student: changed, teacher: student == teacher ? changed : change(teacher))
  }
}

/// A part of a loss that owns tensors.
enum StateOwner: Sendable {
  /// A relation of the values of these nodes.
  case relation(any StatefulRelation, NodePair)
  /// A term that is no match, as text.
  case term(any StatefulTerm, String)

  /// Whether another part is the same, and owns the same tensors.
  fileprivate func isEqual(to other: StateOwner) -> Bool {
    switch (self, other) {
    case (.relation(let relation, let inputs), .relation(let other, let others)):
      inputs == others && relation.isEqual(to: other)
    case (.term(let term, _), .term(let other, _)): term.isEqual(to: other)
    default: false
    }
  }
}
