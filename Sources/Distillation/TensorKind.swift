/// What a relation or a matcher takes, as far as the shape tells.
public enum TensorKind: Sendable {
  /// Any tensor.
  case any
  /// One row or map an example: rank 2 or more, read as N×D.
  case rows
  /// N×D, such as logits.
  case matrix
  /// N×N, such as the distances between examples.
  case square
  /// Feature maps, N×C×H×W.
  case maps

  /// Whether a tensor of this shape is of this kind. One without scalars is of none.
  public func admits(_ shape: [Int]) -> Bool {
    guard !shape.contains(0) else { return false }
    return switch self {
    case .any: true
    case .rows: shape.count >= 2
    case .matrix: shape.count == 2
    case .square: shape.count == 2 && shape[0] == shape[1]
    case .maps: shape.count == 4
    }
  }
}

extension TensorKind: CustomStringConvertible {
  public var description: String {
    switch self {
    case .any: "any tensor"
    case .rows: "one row or map an example"
    case .matrix: "a matrix N×D"
    case .square: "a square matrix N×N"
    case .maps: "feature maps N×C×H×W"
    }
  }
}
