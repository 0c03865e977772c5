package import Distillation
package import Tensors

/// The outputs that a loss reads, of the images themselves and of their second view.
///
/// An output of the second view is named like the network's output, with a suffix:
/// `logits@virtual`.
package struct BatchOutputs {
  /// The outputs that are read of the images themselves, by the network's names.
  package private(set) var real: [String] = []
  /// The outputs that are read of the second view, by the network's names.
  package private(set) var virtual: [String] = []

  /// Sorts names by their view. Each must have passed ``check(_:in:called:at:)``.
  package init(_ names: [OutputName]) {
    for name in names {
      if name.view == nil { real.append(name.base) } else { virtual.append(name.base) }
    }
  }

  /// The name that an output of the second view has beside the outputs of the images themselves.
  fileprivate static func name(_ output: String) -> String {
    "\(OutputName(output).of(view: OutputName.virtualView))"
  }

  /// Throws ``SettingError`` if a network, called `student` or `teacher`, has no output of a name,
  /// or if there is no view of that name.
  package static func check(
    _ names: [OutputName], in network: any Network, called role: String, at path: [String]
  ) throws {
    let available = network.outputNames
    for name in names {
      let (output, view) = (name.base, name.view)
      if output == OutputName.lastStage.base {
        guard let stage = OutputName.lastStage(among: available) else {
          throw wrong("\(DistillationError.missingOutput(output, available: available))")
        }
        guard view == nil else {
          throw wrong(
            "'\(output)' has no view '\(view ?? "")'; the only one is '\(Self.name(stage))'")
        }
        continue
      }
      try check(plain: output, in: network, called: role, at: path)
      if let view, view != OutputName.virtualView {
        throw wrong("no view '\(view)' of '\(output)'; the only one is '\(Self.name(output))'")
      }
    }
    func wrong(_ problem: String) -> SettingError {
      SettingError(path: path, problem: "the \(role) (\(network.name)): \(problem)")
    }
  }

  /// Throws ``SettingError`` if a network gives no output of the images themselves by exactly this
  /// name.
  package static func check(
    plain name: String, in network: any Network, called role: String, at path: [String]
  ) throws {
    guard !network.outputNames.contains(name) else { return }
    let error = DistillationError.missingOutput(name, available: network.outputNames)
    throw SettingError(path: path, problem: "the \(role) (\(network.name)): \(error)")
  }
}

extension Network {
  /// These names, with the network's own for `lastStage`.
  func resolved(_ names: [String]) -> [String] {
    names.map { OutputName($0).resolved(among: outputNames) ?? $0 }
  }

  /// The outputs of these names on a batch, including those of its second view.
  ///
  /// Each view is a pass of its own; in training it is normalised by its own statistics. The
  /// running statistics take in the images themselves first and then the second view.
  package func outputs(
    on batch: Batch, _ weights: Weights, _ pass: Pass, giving names: [OutputName]
  ) -> (outputs: Outputs, statistics: [String: Tensor]) {
    let wanted = BatchOutputs(names)
    var weights = weights
    var found = Outputs(on: batch)
    if !wanted.real.isEmpty {
      let (outputs, statistics) = self(
        batch.images, weights, pass, giving: resolved(wanted.real))
      (found.tensors, weights.statistics) = (outputs.tensors, statistics)
    }
    if !wanted.virtual.isEmpty, let images = batch.virtualImages {
      let (outputs, statistics) = self(
        images, weights, pass, giving: resolved(wanted.virtual))
      weights.statistics = statistics
      for (name, tensor) in outputs.tensors { found.tensors[BatchOutputs.name(name)] = tensor }
    }
    return (found, weights.statistics)
  }
}
