import Distillation
import Reports
import TensorFiles
import Tensors

/// The file that holds the tensors of a loss: what it learned, and what it remembers.
struct ParametersFile {
  private let path: String?

  /// Makes the file at a path; `nil` if none is named.
  init(_ path: String?) { self.path = path }

  /// The state of a loss: its tensors in the file. A memory that is not there is empty.
  ///
  /// - Parameters:
  ///   - first: The state that the loss has at first.
  ///   - graph: The loss.
  /// - Returns: The state.
  /// - Throws: An error if a parameter is not in the file, or if the file has a tensor that the loss does not
  ///   own or numbers that are not finite.
  func state(like first: LossState, for graph: LossGraph) throws -> LossState {
    let needed = Set(first.parameters.keys).subtracting(graph.learnedWeights.keys).sorted()
    guard let path else {
      guard needed.isEmpty else { throw Self.missing(needed, of: first) }
      return LossState()
    }
    let file = try TensorFile(path)
    let owned = (Array(first.parameters.keys) + first.memory.keys).sorted()
    var state = LossState()
    if file.holdsOneUnnamedArray, owned.count == 1 {
      try read(TensorFile.unnamed, as: owned[0], like: first, from: file, to: &state)
      return state
    }
    if let stray = file.names.first(where: { !owned.contains($0) }) {
      throw CommandError.badData(
        "'\(path.visible)': "
          + (owned.isEmpty
            ? "the loss owns no tensor, and the file has '\(stray.visible)'"
            : "\(DistillationError.unknownName(stray, kind: "tensor", available: owned))"))
    }
    for name in owned where file.contains(name) {
      try read(name, as: name, like: first, from: file, to: &state)
    }
    if let name = needed.first(where: { state.parameters[$0] == nil }) {
      throw CommandError.badData(
        """
        '\(path.visible)' has no '\(name.visible)', which the loss learns; it has \
        \(file.names.sorted().map { "'\($0.visible)'" }.joined(separator: ", ", last: " and "))
        """)
    }
    return state
  }

  private func read(
    _ tensor: String, as name: String, like first: LossState, from file: TensorFile,
    to state: inout LossState
  ) throws {
    let value = try file.tensor(tensor)
    if let (index, number) = value.firstNonFinite {
      let text = NumberFormat.fixed(Double(number), digits: 0)
      throw CommandError.badData(
        "'\(file.path.visible)', tensor '\(name.visible)' holds \(text) at \(index)")
    }
    if first.parameters[name] != nil {
      state.parameters[name] = value
    } else {
      state.memory[name] = value
    }
  }

  private static func missing(_ names: [String], of first: LossState) -> CommandError {
    let shapes = names.map { "'\($0.visible)' \(first.parameters[$0]?.shape ?? [])" }
    return .invalidUse(
      "missing --parameters FILE: the loss learns \(shapes.joined(separator: ", ", last: " and "))")
  }
}
