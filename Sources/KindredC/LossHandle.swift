import CKindred
import Distillation
import Kindred

/// A loss, with all that a caller asks about it. It is a class, because a caller has a pointer to it.
final class LossHandle {
  let graph: LossGraph
  let needs: UInt32
  /// Whether it learns or remembers something.
  let ownsTensors: Bool
  private let outputNames: [Role: TextList]
  let termNames, tensorNames: TextList
  /// Whether each of the tensors is learned.
  let areParameters: [Bool]

  private let outputs: [Role: [OutputName]]
  /// The outputs that some part reads which reads no labels.
  private let outputsOfAll: [Role: Set<OutputName>]

  /// Reads a formula.
  init(_ formula: String) throws {
    graph = try Registry.linked.loss(formula)
    let tensors = graph.knownTensors
    needs = graph.needs(tensors)
    ownsTensors = graph.ownsTensors || !graph.learnedWeights.isEmpty
    tensorNames = TextList(tensors.map { $0.name })
    areParameters = tensors.map { $0.purpose == .parameter }
    termNames = TextList(graph.reportedSummands.map { $0.name })
    var (outputs, outputsOfAll) = ([Role: [OutputName]](), [Role: Set<OutputName>]())
    for role in Role.allCases {
      outputs[role] = graph.outputs(of: role)
      outputsOfAll[role] = graph.outputsOfAllExamples(of: role)
    }
    (self.outputs, self.outputsOfAll) = (outputs, outputsOfAll)
    outputNames = outputs.mapValues { TextList($0.map { "\($0)" }) }
  }

  /// Whether its value depends on the moment.
  var dependsOnMoment: Bool { needs & UInt32(KINDRED_NEEDS_MOMENT) != 0 }

  /// The outputs that the loss reads of a network.
  func outputs(of role: Role) -> [OutputName] { outputs[role] ?? [] }

  /// The names of these outputs.
  func outputNames(of role: Role) -> TextList? { outputNames[role] }

  /// Whether only parts read an output that read labels, too.
  func isOfLabels(_ name: OutputName, of role: Role) -> Bool {
    outputsOfAll[role]?.contains(name) == false
  }
}

extension LossGraph {
  /// What it needs beside outputs, as the header numbers it.
  fileprivate func needs(_ tensors: [KnownTensor]) -> UInt32 {
    let needs: [(Int, Bool)] = [
      (KINDRED_NEEDS_LABELS, readsLabels != false),
      (KINDRED_NEEDS_INDICES, tensors.contains { $0.size == .rowOfEachExample }),
      (KINDRED_NEEDS_MOMENT, dependsOnMoment),
      (KINDRED_HAS_PARAMETERS, tensors.contains { $0.purpose == .parameter }),
      (KINDRED_HAS_MEMORY, tensors.contains { $0.purpose == .memory }),
      (KINDRED_NEEDS_PROGRESS, dependsOnProgress),
    ]
    return needs.reduce(0) { $1.1 ? $0 | UInt32($1.0) : $0 }
  }
}

extension LossGraph {
  /// Whether its value depends on the progress of a training: a weight follows a schedule.
  fileprivate var dependsOnProgress: Bool {
    reportedSummands.contains { term in
      let isScheduled = term.weighting.contains { if case .schedule = $0 { true } else { false } }
      return isScheduled || term.matches.contains { !$0.schedules.isEmpty }
        || term.primitives.contains { !$0.schedules.isEmpty }
    }
  }
}

/// Texts that the caller may read as long as the list lives. It is a class, because they go with it.
final class TextList {
  private let texts: [UnsafeMutablePointer<CChar>]

  init(_ texts: [String]) { self.texts = texts.map { $0.copiedForC() } }

  deinit { for text in texts { text.deallocate() } }

  var count: Int { texts.count }

  /// A text; `nil` if there are not so many.
  subscript(index: Int) -> UnsafePointer<CChar>? {
    texts.indices.contains(index) ? UnsafePointer(texts[index]) : nil
  }
}
