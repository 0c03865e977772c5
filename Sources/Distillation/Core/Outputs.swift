public import Tensors

/// One network's named outputs on one batch, with the labels of the batch where they are known.
///
/// Usual names: `logits` (N×C), `embedding` (N×D, the pooled features before the last layer),
/// `stage1` … `stageK` (feature maps, N×C×H×W). A second view of the same images has a suffix:
/// `logits@virtual`.
public struct Outputs: Sendable {
  public var tensors: [String: Tensor]

  /// The class of each example, in 0..<C.
  public var labels: [Int]?

  public init(_ tensors: [String: Tensor], labels: [Int]? = nil) {
    self.tensors = tensors
    self.labels = labels
  }

  /// The output called `name`; `lastStage` is the last stage, whatever its number.
  ///
  /// Throws ``DistillationError/missingOutput(_:available:)``.
  public subscript(_ name: OutputName) -> Tensor {
    get throws {
      guard let known = name.resolved(among: tensors.keys), let tensor = tensors[known] else {
        throw DistillationError.missingOutput("\(name)", available: tensors.keys.sorted())
      }
      return tensor
    }
  }

  /// The output called `name`, as text.
  public subscript(_ name: String) -> Tensor {
    get throws { try self[OutputName(name)] }
  }

  /// The same numbers, through which no gradient flows.
  public var detached: Outputs { Outputs(tensors.mapValues { $0.detached }, labels: labels) }

  /// The same numbers as variables: gradients can be taken with respect to each.
  public var variables: Outputs { Outputs(tensors.mapValues { $0.variable }, labels: labels) }
}

/// The shape of an output, under the name that it has in its network.
public struct OutputShape: Hashable, Sendable {
  public let name: String
  public let shape: [Int]
}

extension OutputShape: CustomStringConvertible {
  public var description: String { "'\(name)' of shape \(shape)" }
}

extension Outputs {
  /// The shapes of these outputs, by name; `lastStage` has the name of the last stage. An output that
  /// is missing is left out.
  func shapes(of names: [OutputName]) -> [OutputShape] {
    names.compactMap { name in
      guard let known = name.resolved(among: tensors.keys) else { return nil }
      return tensors[known].map { OutputShape(name: known, shape: $0.shape) }
    }
  }

  /// The first output that a knowledge reads and that is not of this kind.
  func first(readBy knowledge: some Knowledge, notOf kind: TensorKind) -> OutputShape? {
    shapes(of: knowledge.outputs).first { !kind.admits($0.shape) }
  }
}

extension Outputs: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, Tensor)...) {
    self.init(Dictionary(elements) { _, last in last })
  }
}
