/// The kind of a tensor that a relation or a matcher takes or gives, as far as a shape tells.
///
/// The rank of an output tells its kind: rows N×D have rank 2, tokens N×T×D have 3, feature maps
/// N×C×H×W have 4.
public enum TensorKind: Sendable {
  /// Any tensor.
  case any
  /// One row or map for each example: rank 2 or more, read as N×D.
  case rows
  /// Rows N×D or feature maps N×C×H×W: the second axis is the features or channels. Tokens N×T×D are
  /// neither.
  case rowsOrMaps
  /// Tokens N×T×D.
  case tokens
  /// Scores of classes: N×C, tokens N×T×C or maps N×C×H×W.
  case classes
  /// N×D, such as logits.
  case matrix
  /// N×N, an entry for every two examples (or classes), such as their distance.
  case square
  /// N×N×N or more, an entry for every three examples or more.
  case stack
  /// Feature maps, N×C×H×W.
  case maps

  /// Whether a tensor of this shape is of this kind. A tensor without scalars is of no kind.
  public func admits(_ shape: [Int]) -> Bool {
    guard !shape.contains(0) else { return false }
    return switch self {
    case .any: true
    case .rows: shape.count >= 2
    case .rowsOrMaps: shape.count == 2 || shape.count == 4
    case .tokens: shape.count == 3
    case .classes: 2...4 ~= shape.count
    case .matrix: shape.count == 2
    case .square: shape.count == 2 && shape[0] == shape[1]
    case .stack: shape.count >= 3 && Set(shape).count == 1
    case .maps: shape.count == 4
    }
  }

  /// Whether a value that is known to be of this kind may be one that `other` admits.
  func mayBe(_ other: TensorKind) -> Bool {
    switch (self, other) {
    case (.any, _), (_, .any), (_, .rows): true
    case (.stack, .rowsOrMaps): false
    case (_, .rowsOrMaps): self != .tokens
    case (_, .classes): true
    case (.rows, _), (.rowsOrMaps, _), (.classes, _): other != .square && other != .stack
    case (.square, .matrix): true
    default: self == other
    }
  }

  /// Whether an entry relates two or more examples, so that its indices may coincide.
  var relatesExamples: Bool { self == .square || self == .stack }

  /// The kind of a value after each row is flattened and changed on its own: a square matrix stays one,
  /// and everything else becomes a matrix.
  public var ofRows: TensorKind { self == .square ? .square : .matrix }
}

extension TensorKind: CustomStringConvertible {
  public var description: String {
    switch self {
    case .any: "any tensor"
    case .rows: "one row or map an example"
    case .rowsOrMaps: "rows N×D or feature maps N×C×H×W"
    case .tokens: "tokens N×T×D"
    case .classes: "logits N×C, N×T×C or N×C×H×W"
    case .matrix: "a matrix N×D"
    case .square: "what relates examples: a matrix N×N"
    case .stack: "a stack N×N×N"
    case .maps: "feature maps N×C×H×W"
    }
  }
}
