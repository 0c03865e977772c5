/// A dense, immutable array of Float32 numbers, row-major, that remembers how it was computed.
///
/// Tensors are values: no operation changes one, and none holds a gradient. Ask for a gradient
/// with `valueWithGradient(at:of:)`.
///
///     let x: Tensor = [[1, 2], [3, 4]]
///     let y = (x • x.transposed).squared().mean()
///
/// Shapes that do not fit are a programmer's mistake: every operation traps on them, with a message
/// that names the operation and the shapes.
public struct Tensor: Sendable {
  /// What a tensor holds: Float32.
  public typealias Scalar = Float

  /// The length of each axis; empty for a scalar.
  public let shape: [Int]

  /// The number of scalars, the product of ``shape``.
  public let count: Int

  let storage: Storage

  /// Where this tensor came from, or `nil` for a constant.
  let node: Node?

  init(shape: [Int], storage: Storage, node: Node?) {
    self.shape = shape
    self.count = shape.product
    self.storage = storage
    self.node = node
  }

  /// A tensor whose scalars `body` writes, all of them, into memory that it finds uninitialised.
  ///
  /// It traps if a length in `shape` is negative.
  public init(
    shape: [Int],
    initializingWith body: (UnsafeMutableBufferPointer<Scalar>) throws -> Void
  ) rethrows {
    require(shape.allSatisfy { $0 >= 0 }, "[tensor] shape \(shape) has a negative length")
    let storage = Storage(count: shape.product)
    try body(UnsafeMutableBufferPointer(start: storage.pointer, count: shape.product))
    self.init(shape: shape, storage: storage, node: nil)
  }

  /// A constant whose scalars stay where they are. Whoever owns them keeps them, unchanged, until this tensor and
  /// all that shares its scalars are gone; ``owned`` makes one that may live longer.
  package init(borrowing scalars: UnsafePointer<Scalar>, shape: [Int]) {
    self.init(shape: shape, storage: Storage(borrowing: scalars), node: nil)
  }

  /// This tensor, with a copy of its scalars if they are borrowed. The copy is a constant.
  package var owned: Tensor { storage.isBorrowed ? Tensor(scalars, shape: shape) : self }

  /// A tensor of these scalars, in row-major order.
  ///
  /// It traps if they are more or fewer than the shape has.
  public init(_ scalars: [Scalar], shape: [Int]) {
    require(
      scalars.count == shape.product,
      "[tensor] \(scalars.count) scalars do not fill shape \(shape)")
    self.init(shape: shape) { _ = $0.initialize(fromContentsOf: scalars) }
  }

  /// A vector of these scalars, of shape [count].
  public init(_ scalars: [Scalar]) { self.init(scalars, shape: [scalars.count]) }

  /// A matrix of these rows, of shape [rows, columns]. Rows of unequal lengths trap.
  public init(_ rows: [[Scalar]]) {
    let width = rows.first?.count ?? 0
    for (index, row) in rows.enumerated() {
      require(
        row.count == width, "[tensor] row \(index) has \(row.count) scalars and row 0 has \(width)")
    }
    self.init(Array(rows.joined()), shape: [rows.count, width])
  }

  /// A tensor that repeats one number.
  public init(repeating scalar: Scalar, shape: [Int]) {
    self.init(shape: shape) { $0.initialize(repeating: scalar) }
  }

  /// A scalar, of shape [].
  public init(_ scalar: some BinaryFloatingPoint) {
    self.init(repeating: Scalar(scalar), shape: [])
  }

  /// A tensor of zeros.
  public static func zeros(_ shape: [Int]) -> Tensor { Tensor(repeating: 0, shape: shape) }

  /// A tensor of ones.
  public static func ones(_ shape: [Int]) -> Tensor { Tensor(repeating: 1, shape: shape) }
}

extension Tensor {
  /// The number of axes.
  public var rank: Int { shape.count }

  /// The scalars in row-major order, as a copy.
  public var scalars: [Scalar] { withUnsafeBufferPointer { Array($0) } }

  /// The only number in a tensor of one element, whatever its rank. It traps for any other count.
  public var scalar: Scalar {
    require(count == 1, "[scalar] shape \(shape) is not a scalar")
    return storage.pointer[0]
  }

  /// Calls `body` with the scalars in row-major order, and returns what it returns. The memory is
  /// valid during the call only.
  public func withUnsafeBufferPointer<Result>(
    _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeBufferPointer(start: storage.pointer, count: count))
  }

  /// The memory of a tensor that the caller keeps alive.
  package var pointer: UnsafePointer<Scalar> { UnsafePointer(storage.pointer) }

  /// `axis`, counted from the end if negative.
  func index(ofAxis axis: Int, _ operation: StaticString) -> Int {
    let index = axis < 0 ? axis + rank : axis
    require(
      shape.indices.contains(index), "[\(operation)] shape \(shape) has no axis \(axis)")
    return index
  }
}

extension Collection<Int> {
  /// The number of scalars in a shape.
  var product: Int { reduce(1, *) }
}
