package import Tensors

extension LossGraph {
  /// The tensors that the loss owns before anything is learned or remembered.
  ///
  /// - Parameters:
  ///   - student: The student's outputs on some batch, which shape the tensors.
  ///   - teacher: The teacher's outputs on this batch.
  ///   - seed: The seed of initial values that are drawn by chance.
  /// - Returns: The parameters and the memory, by name.
  /// - Throws: ``DistillationError`` if an output is missing or does not fit.
  public func initialState(
    student: Outputs, teacher: Outputs, seed: UInt64
  ) throws -> LossState {
    var state = LossState(parameters: terms.groupParameters)
    for tensor in try ownedTensors(student: student, teacher: teacher, seed: seed) {
      switch tensor.declared.purpose {
      case .parameter: state.parameters[tensor.name] = tensor.first
      case .memory: state.memory[tensor.name] = tensor.first
      }
    }
    return state
  }

  /// A tensor that a node owns: its name in a state, its declaration, and its first value.
  package struct OwnedTensor: Sendable {
    package let name: String
    package let declared: StateTensor
    package let first: Tensor

    package init(name: String, declared: StateTensor, first: Tensor) {
      (self.name, self.declared, self.first) = (name, declared, first)
    }
  }

  /// The tensors that the nodes own, in the order of the nodes. The parameters that weigh terms are none
  /// of them.
  ///
  /// - Throws: ``DistillationError`` if an output is missing or does not fit.
  package func ownedTensors(
    student: Outputs, teacher: Outputs, seed: UInt64
  ) throws -> [OwnedTensor] {
    var owned: [OwnedTensor] = []
    try forEachOwner(student: student, teacher: teacher, seed: seed) { evaluation, owner in
      for (declared, value) in try evaluation.ownedTensors(of: owner) {
        owned.append(
          OwnedTensor(name: name(of: declared, ownedBy: owner), declared: declared, first: value))
      }
    }
    return owned
  }

  /// What the nodes own, as they declare it: the name in a state and the declaration of each tensor.
  ///
  /// - Throws: ``DistillationError`` if an output is missing or does not fit.
  package func declaredTensors(
    student: Outputs, teacher: Outputs
  ) throws -> [(name: String, declared: StateTensor)] {
    var all: [(name: String, declared: StateTensor)] = []
    try forEachOwner(student: student, teacher: teacher, seed: 0) { evaluation, owner in
      for declared in try evaluation.declaredTensors(of: owner) {
        all.append((name(of: declared, ownedBy: owner), declared))
      }
    }
    return all
  }

  /// Calls `body` with an evaluation and each node that owns tensors, in the order of the nodes.
  private func forEachOwner(
    student: Outputs, teacher: Outputs, seed: UInt64,
    _ body: (inout Evaluation, _ owner: Int) throws -> Void
  ) throws {
    let all = (student: student.detached, teacher: teacher.detached)
    let (student, teacher) = try batch(all.student, all.teacher) ?? all
    var evaluation = Evaluation(
      of: self, student: student, teacher: teacher, moment: Moment(seed: seed))
    for owner in owners.keys.sorted() {
      do {
        try body(&evaluation, owner)
      } catch let error as DistillationError {
        throw DistillationError.inTerm(owners[owner] ?? "", error)
      }
    }
  }

  /// The first values of the parameters that weigh terms. They depend on no outputs.
  package var learnedWeights: [String: Tensor] { terms.groupParameters }

  /// A state in which the parameters that weigh terms have their first values.
  package func withFirstWeights(_ state: LossState) -> LossState {
    let weights = learnedWeights
    return LossState(
      parameters: state.parameters.filter { weights[$0.key] == nil }, memory: state.memory)
  }

  /// The given state; or an empty one if none is given and the loss owns no tensor. Otherwise throws.
  func checked(_ state: LossState?) throws -> LossState {
    if let state { return state }
    guard owners.isEmpty, !terms.learnsWeights else {
      let learned = learnedWeights.keys.map { String($0.prefix { $0 != "." }) }
      throw DistillationError.missingState(Set(owners.values).union(learned).sorted())
    }
    return LossState()
  }

  /// Throws if a tensor of a state has a name that no tensor of the loss has. The tensors of a term that was
  /// not evaluated are not known; there, the term's name is enough.
  func checkNames(of state: LossState, after evaluation: Evaluation) throws {
    guard !state.parameters.isEmpty || !state.memory.isEmpty else { return }
    let known = evaluation.tensorNames.union(learnedWeights.keys)
    let others = owners.values.map { "\($0)." }.filter { owner in
      !known.contains { $0.hasPrefix(owner) }
    }
    for name in state.parameters.keys.sorted() + state.memory.keys.sorted()
    where !known.contains(name) && !others.contains(where: { name.hasPrefix($0) }) {
      throw DistillationError.unknownName(name, kind: "tensor", available: known.sorted())
    }
  }

  /// The terms that own tensors, by the names under which their tensors are found.
  package var termsWithTensors: [String] { Set(owners.values).sorted() }

  /// Whether a part owns tensors.
  package var ownsTensors: Bool { !owners.isEmpty }

  /// The name of a part's tensor: the term's name and the tensor's.
  func name(of tensor: StateTensor, ownedBy owner: Int) -> String {
    "\(owners[owner] ?? nodes.formula(ofOwner: owner)).\(tensor.name)"
  }

  /// A name for each part that owns tensors: the name of the first term that needs it, with the part's
  /// formula if the term needs several of one type, and a number if several have one formula.
  func namedOwners() -> [Int: String] {
    guard !nodes.owners.isEmpty else { return [:] }
    var names: [Int: String] = [:]
    for summand in reportedSummands {
      let owners = Set(owners(of: summand)).sorted()
      for owner in owners where names[owner] == nil {
        let alike = owners.filter { nodes.owners[$0].type == nodes.owners[owner].type }
        let formula = nodes.formula(ofOwner: owner)
        let number = alike.prefix { $0 < owner }.count { nodes.formula(ofOwner: $0) == formula } + 1
        names[owner] =
          alike.count == 1
          ? summand.name : "\(summand.name).\(formula)\(number == 1 ? "" : " (\(number))")"
      }
    }
    return names
  }

  /// The parts of a term that own tensors.
  func owners(of term: Summand) -> [Int] {
    switch term.content {
    case .match(let match): nodes.owners(of: match)
    case .primitive(_, as: .stateful(_, let owner)): [owner]
    case .primitive: []
    case .sum(let terms): terms.flatMap(owners)
    case .mixture(let arguments, _): arguments.joined().flatMap(owners)
    }
  }
}

extension Node {
  /// The number of the part that owns tensors, if it is one.
  var owner: Int? {
    if case .stateful(_, _, let owner) = self { owner } else { nil }
  }
}

extension StateOwner {
  fileprivate var type: ObjectIdentifier {
    switch self {
    case .relation(let relation, _): ObjectIdentifier(Swift.type(of: relation))
    case .term(let term, _): ObjectIdentifier(Swift.type(of: term))
    }
  }
}

extension Nodes {
  /// The parts of a match that own tensors, each once.
  func owners(of match: LossGraph.Match) -> [Int] {
    let path = path(to: match.student) + path(to: match.teacher)
    return Set(path.compactMap { all[$0].owner }).sorted()
  }

  /// The type of a part that owns tensors, and the outputs that it reads of both networks, as text. First
  /// values follow from this text and not from settings, so that a sweep of a setting is paired.
  func identity(ofOwner index: Int) -> String {
    let type: Any.Type
    let outputs: [[OutputName]]
    switch owners[index] {
    case .term(let term, _):
      type = Swift.type(of: term.untaught)
      outputs = [term.outputs, term.teacherOutputs]
    case .relation(let relation, let inputs):
      type = Swift.type(of: relation)
      outputs = [inputs.student, inputs.teacher].map { knowledge(of: $0).outputs }
    }
    let names = outputs.map { $0.map { "\($0)" }.joined(separator: ", ") }
    return "\(type) of \(names.joined(separator: " and "))"
  }

  /// A part that owns tensors, as text: `stage2.projected`, with the teacher's value if it is made
  /// otherwise, `stage2.stage3.projected`.
  func formula(ofOwner index: Int) -> String {
    switch owners[index] {
    case .term(_, let name): return name
    case .relation(let relation, let inputs):
      let student = formula(of: inputs.student)
      let teacher = formula(of: inputs.teacher)
      return (student == teacher ? [student] : [student, teacher]).joined(separator: ".")
        + ".\(relation.formula)"
    }
  }
}
