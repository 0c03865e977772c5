/// The shape of a value before its axes are joined: maps N×C×H×W as rows are N×(C·H·W), and as one
/// row a pixel they are (N·H·W)×C.
///
/// Student and teacher are compared by layout. Once they are flattened, maps of 2×8 and of 4×4 pixels
/// have equally many entries, and yet no two entries belong together.
///
///     Layout([8, 16, 4, 4]).flattened              // [[8], [16, 4, 4]], a matrix of shape [8, 256]
public struct Layout: Hashable, Sendable {
  /// For each axis of the value, the lengths of the axes that it joins.
  public let axes: [[Int]]

  /// Makes the layout of a value whose axes join axes of these lengths.
  public init(joining axes: [[Int]]) { self.axes = axes }

  /// Makes the layout of a value of this shape, in which no axes are joined.
  public init(_ shape: [Int]) { axes = shape.map { [$0] } }

  /// The shape of the value.
  public var shape: [Int] { axes.map { $0.reduce(1, *) } }

  /// The shape that the value has if no axes are joined.
  public var unjoined: [Int] { axes.flatMap { $0 } }

  /// The axes that the rows run over.
  public var rows: [Int] { axes.first ?? [] }

  /// The number of scalars; the largest integer if there are more.
  public var count: Int { unjoined.reduce(1) { $0.multipliedOrMost(by: $1) } }

  /// A matrix, a row for each entry of the first axis.
  public var flattened: Layout { Layout(joining: [rows, axes.dropFirst().flatMap { $0 }]) }

  /// A value whose axes each join some axes of this one.
  ///
  ///     Layout([8, 16, 4, 4]).joining([0, 1], [2, 3])    // (8·16)×(4·4): a row for each channel
  public func joining(_ joined: [Int]...) -> Layout {
    Layout(joining: joined.map { $0.flatMap { axes[$0] } })
  }

  /// A matrix with an entry for every two rows.
  public var pairs: Layout { Layout(joining: [rows, rows]) }
}

extension Int {
  /// The product, or the largest integer if it is greater.
  func multipliedOrMost(by other: Int) -> Int {
    let (product, overflows) = multipliedReportingOverflow(by: other)
    return overflows ? .max : product
  }
}
