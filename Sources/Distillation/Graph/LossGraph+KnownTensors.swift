import Tensors

extension LossGraph {
  /// A tensor that the loss owns, as far as it is known without outputs.
  package struct KnownTensor: Equatable, Sendable {
    /// Its name in a state.
    package let name: String
    /// The names of the terms that need it, in the order of the formula.
    package let terms: [String]
    /// Whether it is learned or kept.
    package let purpose: StateTensor.Purpose
    /// Its size, if the settings alone decide it.
    package let size: Size?

    /// The size of a tensor.
    package enum Size: Equatable, Sendable {
      /// All of its shape.
      case shape([Int])
      /// The most rows that it may have.
      case rows(atMost: Int)
      /// A row for each example of the data.
      case rowOfEachExample
    }
  }

  /// The tensors that the loss owns, each once: those of its parts, and then those that weigh terms.
  ///
  /// A part declares its tensors for values of some shape. What it declares alike for values of two sizes does
  /// not depend on them. The tensors of a part that takes none of the values tried are left out.
  package var knownTensors: [KnownTensor] {
    let summands = reportedSummands
    let ofParts = owners.keys.sorted().flatMap { index -> [KnownTensor] in
      let terms = summands.filter { owners(of: $0).contains(index) }.map { $0.name }
      guard let tensors = nodes.owners[index].tensors(forSizes: [2, 3, 4, 5]),
        let others = nodes.owners[index].tensors(forSizes: [6, 7, 8, 9]),
        tensors.map({ $0.name }) == others.map({ $0.name })
      else { return [] }
      return zip(tensors, others).map { tensor, other in
        KnownTensor(
          name: name(of: tensor, ownedBy: index), terms: terms, purpose: tensor.purpose,
          size: KnownTensor.Size(of: tensor, and: other))
      }
    }
    let ofGroups = terms.scalarsOfGroups.map { name, group, declared in
      KnownTensor(
        name: name, terms: summands.filter { $0.place?.group == group }.map { $0.name },
        purpose: declared.purpose, size: .shape(declared.shape))
    }
    return ofParts + ofGroups
  }
}

extension LossGraph.KnownTensor.Size {
  /// Keeps what two declarations of one tensor agree on; `nil` if they agree on nothing.
  fileprivate init?(of tensor: StateTensor, and other: StateTensor) {
    switch tensor.initial {
    case .emptyPerExample: self = .rowOfEachExample
    case .empty:
      guard let rows = tensor.shape.first, rows == other.shape.first else { return nil }
      self = .rows(atMost: rows)
    case .zeros, .constant, .normal:
      guard tensor.shape == other.shape else { return nil }
      self = .shape(tensor.shape)
    }
  }
}

extension StateOwner {
  /// The tensors that it declares for values of these sizes, of the highest rank that it takes.
  fileprivate func tensors(forSizes sizes: [Int]) -> [StateTensor]? {
    let shapes =
      [4, 3, 2].map { Array(sizes.prefix($0)) }
      + [3, 2].map { Array(repeating: sizes[0], count: $0) }
    return shapes.lazy.compactMap { tensors(forShape: $0) }.first
  }

  /// The tensors that it declares if every value has this shape; `nil` if it does not take such values.
  private func tensors(forShape shape: [Int]) -> [StateTensor]? {
    let x = Tensor(repeating: 0, shape: shape)
    switch self {
    case .relation(let relation, _):
      return relation.admits(x) ? relation.state(student: shape, teacher: shape) : nil
    case .term(let term, _):
      func outputs(_ names: [OutputName], of role: Role) -> Outputs {
        var outputs = Outputs(
          [:], labels: Array(repeating: 0, count: shape[0]), indices: Array(0..<shape[0]))
        for name in names {
          let isLast = name.withoutTeacher == .lastStage
          outputs.tensors["\(isLast ? OutputName("stage1").of(name.teacher) : name)"] = x
        }
        outputs.role = role
        return outputs
      }
      return try? term.state(
        student: outputs(term.outputs, of: .student),
        teacher: outputs(term.teacherOutputs, of: .teacher))
    }
  }
}
