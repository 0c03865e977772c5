public import Tensors

/// One network's named outputs on one batch, with the labels of the batch if they are known.
///
///     let student = Outputs(["logits": logits, "embedding": features], labels: labels)
///
/// Usual names: `logits` (N×C), `embedding` (N×D, the pooled features before the last layer),
/// `stage1` … `stageK` (feature maps, N×C×H×W). A second view of the same images has a suffix:
/// `logits@virtual`. An output of rank 3 is tokens, N×T×D. Logits may have a row for each token, N×T×C, or be
/// predictions of each pixel, N×C×H×W.
///
/// An output of the student called `weights`, of N zeros and ones, says which examples count. An example of
/// weight 0 is removed from both networks before anything is computed: a loss is what it is on the other
/// rows, and its gradient at these rows is 0.
///
/// An output of the student called `mask`, N×T zeros and ones, says in the same way which tokens of both
/// networks count. If the teacher has another number of tokens, it has a mask of its own.
public struct Outputs: Sendable {
  /// The outputs by name. The first axis of each is the batch.
  public var tensors: [String: Tensor] {
    didSet { if stored != nil { notes.rowsOfPlaces = [:] } }
  }

  /// The class of each example, in 0..<C, or ``ignoredLabel``. Logits of tokens N×T×C may have N·T labels in
  /// row-major order, and those of pixels N×C×H×W may have N·H·W.
  public var labels: [Int]?

  /// The target distribution of each example, N×C: rows of probabilities in place of ``labels``. `ce` takes
  /// them, and so does whatever says that it does; all other parts that read labels need ``labels``.
  public var softLabels: Tensor?

  /// The index of each example in the data, from 0, for losses that remember something of each; `nil` if no
  /// term reads them.
  public var indices: [Int]?

  /// The label of an example that has none: −100, as in PyTorch.
  ///
  /// Whatever reads labels leaves such an example out, as if it were in neither network's batch: `ce`,
  /// `dkd`, ``LabeledRelation``, and knowledge and primitive terms that say that they read labels. To all
  /// other parts of a loss it is an example like any other.
  public static let ignoredLabel = -100

  /// The network whose outputs these are; `nil` unless a loss hands them to its knowledge. Errors name it.
  public internal(set) var role: Role?

  /// The notes that a loss took of this batch; `nil` if there was nothing to note.
  var stored: BatchNotes.Storage?

  /// The name of the student's output that says which examples count: `weights`.
  public static let exampleWeights = "weights"

  /// The name of the output that says which tokens count: `mask`.
  public static let tokenMask = "mask"

  /// The names of outputs that describe the batch. They take no gradient.
  package static let descriptions = [exampleWeights, tokenMask]

  /// Makes outputs from tensors by name.
  ///
  /// - Parameters:
  ///   - tensors: The outputs. The first axis of each is the batch.
  ///   - labels: The class of each example, in 0..<C, or ``ignoredLabel``; `nil` if no term reads them.
  ///   - indices: The index of each example in the data, from 0; `nil` if no term reads them.
  ///   - softLabels: The target distribution of each example, N×C, in place of labels.
  public init(
    _ tensors: [String: Tensor], labels: [Int]? = nil, indices: [Int]? = nil,
    softLabels: Tensor? = nil
  ) {
    self.tensors = tensors
    (self.labels, self.indices, self.softLabels) = (labels, indices, softLabels)
  }

  /// The output called `name`; `lastStage` is the last stage, whatever its number.
  ///
  /// - Throws: ``DistillationError/missingOutput(_:available:of:)`` if there is none.
  public subscript(_ name: OutputName) -> Tensor {
    get throws {
      guard let known = name.resolved(among: tensors.keys), let tensor = tensors[known] else {
        throw DistillationError.missingOutput("\(name)", available: tensors.keys.sorted(), of: role)
      }
      return tensor
    }
  }

  /// The output called `name`, which is a text here.
  ///
  /// - Throws: ``DistillationError/missingOutput(_:available:of:)`` if there is none.
  public subscript(_ name: String) -> Tensor {
    get throws { try self[OutputName(name)] }
  }

  /// The same numbers, through which no gradient flows.
  public var detached: Outputs { mapped { $0.detached } }

  /// The same numbers as variables: gradients can be taken with respect to each.
  public var variables: Outputs { mapped { $0.variable } }

  private func mapped(_ change: (Tensor) -> Tensor) -> Outputs {
    replacing(tensors.mapValues(change))
  }

  /// The same outputs as if all tokens counted.
  var withoutMask: Outputs {
    var all = self
    (all.notes.countedTokens, all.notes.countedBeside, all.notes.rowsOfPlaces) = (nil, nil, [:])
    return all
  }

  /// The same outputs with other numbers, and some of them left out.
  func replacing(_ tensors: [String: Tensor]) -> Outputs {
    var replaced = self
    replaced.tensors = tensors
    if stored != nil, !notes.rowsOfPlaces.isEmpty {
      replaced.gatherRows(of: notes.rowsOfPlaces.keys.map { OutputName($0) })
    }
    return replaced
  }
}

/// The shape of an output, under the name that it has in its network.
public struct OutputShape: Hashable, Sendable {
  /// The name of the output.
  public let name: String
  /// Its shape.
  public let shape: [Int]
}

extension OutputShape: CustomStringConvertible {
  public var description: String { "'\(name)' of shape \(shape)" }
}

extension Outputs {
  /// The shapes of these outputs, by name; `lastStage` has the name of the last stage. Missing outputs
  /// are left out.
  func shapes(of names: [OutputName]) -> [OutputShape] {
    names.compactMap { name in
      guard let known = name.resolved(among: tensors.keys) else { return nil }
      return tensors[known].map { OutputShape(name: known, shape: $0.shape) }
    }
  }

  /// The first output that a knowledge reads and that has another kind than this one.
  func first(readBy knowledge: some Knowledge, notOf kind: TensorKind) -> OutputShape? {
    shapes(of: knowledge.outputs).first { !kind.admits($0.shape) }
  }
}

extension Outputs: ExpressibleByDictionaryLiteral {
  /// Makes outputs from a dictionary: `["logits": logits]`. It traps if a name stands twice.
  public init(dictionaryLiteral elements: (String, Tensor)...) {
    let names = elements.map { $0.0 }
    let twice = names.indices.first { names[..<$0].contains(names[$0]) }
    require(twice == nil, "[outputs] the name '\(names[twice ?? 0])' stands twice")
    self.init(Dictionary(uniqueKeysWithValues: elements))
  }
}
