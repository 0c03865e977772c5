public import Tensors

/// The tokens of an output N×T×D that count, as rows: those of the first example in their order, then those
/// of the second, and so on. Tokens that the mask leaves out are not among them.
public struct TokenRows: Sendable {
  /// A row for each token that counts, K×D.
  public let rows: Tensor

  /// The shape of the output, N×T×D.
  let shape: [Int]

  /// The indices of the tokens that count among all N·T; `nil` if all do.
  let counted: [Int]?

  init(_ rows: Tensor, _ shape: [Int], counting counted: [Int]?) {
    (self.rows, self.shape, self.counted) = (rows, shape, counted)
  }

  /// The tokens whose place among the T tokens of their example fits.
  func filtered(_ fits: (_ place: Int) -> Bool) -> TokenRows {
    let (indices, places) = (indices, places)
    let kept = indices.indices.filter { fits(places[$0]) }
    return TokenRows(rows.rows(kept), shape, counting: kept.map { indices[$0] })
  }

  /// The layout of ``rows``. Tokens that count are no examples, even if they are as many.
  public var layout: Layout {
    Layout(joining: [counted.map { [$0.count, 1] } ?? [shape[0], shape[1]], [shape[2]]])
  }

  /// The place of each row's token among the T tokens of its example.
  public var places: [Int] { indices.map { $0 % shape[1] } }

  /// The rows of each example, N ranges. The range of an example without a token that counts is empty.
  public var examples: [Range<Int>] {
    var ends = [Int](repeating: 0, count: shape[0])
    for index in indices { ends[index / shape[1]] += 1 }
    for example in ends.indices.dropFirst() { ends[example] += ends[example - 1] }
    return ends.indices.map { ($0 == 0 ? 0 : ends[$0 - 1])..<ends[$0] }
  }

  private var indices: [Int] { counted ?? Array(0..<shape[0] * shape[1]) }
}

/// Tokens or pixels of one network that count, beside others that do not.
struct CountedPlaces: Equatable, Sendable {
  /// How many places an example has: T tokens or H·W pixels.
  let ofEach: Int
  /// The indices of those that count among all N·T or N·H·W, in ascending order.
  let indices: [Int]

  /// The examples of which some place counts, in ascending order.
  var examples: [Int] { Set(indices.map { $0 / ofEach }).sorted() }

  /// The places of some examples, with indices among the places of these examples alone.
  func ofExamples(_ rows: [Int]) -> CountedPlaces {
    let positions = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
    return CountedPlaces(
      ofEach: ofEach,
      indices: indices.compactMap { index in
        positions[index / ofEach].map { $0 * ofEach + index % ofEach }
      })
  }
}

extension Outputs {
  /// The tokens of an output that count.
  ///
  /// - Parameters:
  ///   - name: The output, N×T×D.
  ///   - part: The part of a loss that reads it, for errors.
  /// - Returns: The tokens as rows, with their places.
  /// - Throws: ``DistillationError`` if the output is missing or holds no tokens.
  public func tokens(_ name: OutputName, for part: String) throws -> TokenRows {
    let output = try self[name]
    guard TensorKind.tokens.admits(output.shape) else {
      throw DistillationError.unfit(
        part, takes: "\(TensorKind.tokens)", shapes: [output.shape], of: role ?? .student)
    }
    return TokenRows(
      try placeRows(name), output.shape, counting: counted(of: output.shape)?.indices)
  }

  /// An output as a table of classes: a row of scores N×C for each example, each token of N×T×C that
  /// counts, or each pixel of N×C×H×W. An output of another rank stays as it is.
  ///
  /// - Throws: ``DistillationError/missingOutput(_:available:of:)`` if there is none.
  public func classRows(_ name: OutputName) throws -> Tensor {
    try placeRows(name)
  }

  /// The tokens of an output that count, or the pixels of logits, as rows; any other output as it is.
  private func placeRows(_ name: OutputName) throws -> Tensor {
    let output = try self[name]
    if stored != nil, !notes.rowsOfPlaces.isEmpty,
      let known = name.resolved(among: tensors.keys).flatMap({ notes.rowsOfPlaces[$0] })
    {
      return known
    }
    return output.rowsOfPlaces(counted(of: output.shape), in: name)
  }

  /// Notes the rows of some outputs, so that all parts of a loss share them.
  mutating func gatherRows(of names: [OutputName]) {
    for (name, output) in tensors where output.rank == 3 || output.rank == 4 {
      guard output.rank == 3 || OutputName(name).isOfClasses,
        names.contains(where: { $0.resolved(among: tensors.keys) == name })
      else { continue }
      notes.rowsOfPlaces[name] = output.rowsOfPlaces(
        counted(of: output.shape), in: OutputName(name))
    }
  }

  /// The tokens or pixels of an output that count; `nil` if all do.
  private func counted(of shape: [Int]) -> CountedPlaces? {
    switch shape.count {
    case 3: return notes.countedTokens?.ofEach == shape[1] ? notes.countedTokens : nil
    case 4: return notes.countedPixels?.ofEach == shape[2] * shape[3] ? notes.countedPixels : nil
    default: return nil
    }
  }

  /// The layout of ``classRows(_:)``, or `nil` if they are the output itself.
  ///
  /// - Throws: ``DistillationError/missingOutput(_:available:of:)`` if there is none.
  public func layoutOfClassRows(_ name: OutputName) throws -> Layout? {
    let shape = try self[name].shape
    switch shape.count {
    case 3: return layoutOfRows(Array(shape[..<2]), counting: counted(of: shape), width: shape[2])
    case 4:
      return layoutOfRows(
        [shape[0], shape[2], shape[3]], counting: counted(of: shape), width: shape[1])
    default: return nil
    }
  }

  private func layoutOfRows(
    _ axes: [Int], counting counted: CountedPlaces?, width: Int
  ) -> Layout {
    Layout(joining: [counted.map { [$0.indices.count, 1] } ?? axes, [width]])
  }
}

extension Tensor {
  /// The tokens that count, or the pixels of logits, as rows; any other output as it is.
  fileprivate func rowsOfPlaces(_ counted: CountedPlaces?, in name: OutputName) -> Tensor {
    let all: Tensor
    switch rank {
    case 3: all = reshaped([shape[0] * shape[1], shape[2]])
    case 4 where name.isOfClasses: all = pixelRows
    default: return self
    }
    return counted.map { all.rows($0.indices) } ?? all
  }
}

extension OutputName {
  /// Whether the output is a table of classes, whatever its view: `logits`, `logits@virtual`.
  var isOfClasses: Bool { base == "logits" }
}
