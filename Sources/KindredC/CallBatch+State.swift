import Distillation
import Tensors

extension CallBatch {
  /// The tensors that the loss owns, of those of the caller. A memory that is not among them is empty.
  ///
  /// - Throws: An error if a parameter is missing, or if a tensor is none of the loss's or has another shape.
  func state() throws -> LossState {
    guard loss.ownsTensors || !tensors.isEmpty else { return LossState() }
    let declared = try declaredTensors()
    if let stray = tensors.keys.sorted().first(where: { name in
      !declared.contains { $0.name == name }
    }) {
      throw DistillationError.unknownName(
        stray, kind: "tensor of the loss", available: declared.map { $0.name }.sorted())
    }
    var state = LossState()
    var missing: [String] = []
    for (name, declared) in declared {
      guard let given = tensors[name] else {
        if declared.purpose == .parameter { missing.append("'\(name.visible)' \(declared.shape)") }
        continue
      }
      guard declared.admits(given.shape) else {
        throw DistillationError.unfitState(
          name, expected: declared.shapeInWords, given: given.shape)
      }
      switch declared.purpose {
      case .memory: state.memory[name] = given
      case .parameter: state.parameters[name] = given
      }
    }
    guard missing.isEmpty else {
      throw CallError.argument(
        """
        the loss learns \(missing.joined(separator: ", ")), and \
        \(missing.count == 1 ? "this tensor is" : "these tensors are") not given
        """)
    }
    return state
  }

  /// What the loss owns: the name and the declaration of each tensor.
  ///
  /// - Throws: An error if an output does not fit, or if there is not enough memory for the tensors.
  func declaredTensors() throws -> [(name: String, declared: StateTensor)] {
    let graph = loss.graph
    let ofParts =
      graph.ownsTensors ? try graph.declaredTensors(student: student, teacher: teacher) : []
    for (name, declared) in ofParts {
      var shape = declared.shape
      if declared.initial == .emptyPerExample { shape[0] = (student.indices?.max() ?? -1) + 1 }
      try checkSpace(for: shape, of: "'\(name.visible)'")
    }
    let ofGroups = graph.learnedWeights.sorted { $0.key < $1.key }.map {
      ($0.key, StateTensor($0.key, .parameter, shape: $0.value.shape))
    }
    return ofParts + ofGroups
  }
}
