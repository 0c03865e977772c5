public import Distillation
public import Tensors

/// Λ(i) = ‖f(xᵢ) − g(xᵢ)‖² for two layers f and g of one size, 1×N.
public struct LayerDistances: Relation, Configurable {
  /// Whether maps are averaged over height and width first, as IRG's authors do.
  public var pooled: Bool

  /// Whether maps of other sizes are brought together as KD-Zoo does: the first is averaged over
  /// windows to the second's height and width, and each two adjacent channels of the second are
  /// averaged if it has twice as many.
  public var align: Bool

  /// Makes the relation with these parameters.
  public init(pooled: Bool = false, align: Bool = false) {
    (self.pooled, self.align) = (pooled, align)
  }
  public static let standard = Self()
  public static let summary = "‖f(xᵢ) − g(xᵢ)‖², how far apart two layers are at each example."

  public func callAsFunction(_ x: TensorPair) -> Tensor {
    var (f, g) = (x.first, x.second)
    if pooled { (f, g) = (f.meanOfPlaces, g.meanOfPlaces) }
    if align { (f, g) = (f.narrowed(to: g.shape), g.paired(to: f.shape)) }
    return (f.flattened - g.flattened).squared().sum(axis: 1, keepingDimensions: true).transposed
  }

  public func admits(_ x: TensorPair) -> Bool {
    var (f, g) = (x.first.shape, x.second.shape)
    guard accepts.admits(f), accepts.admits(g), f[0] == g[0] else { return false }
    if pooled { (f, g) = (f.withoutPlaces, g.withoutPlaces) }
    if align { (f, g) = (f.narrowed(to: g), g.paired(to: f)) }
    return f.withoutTrailingOnes == g.withoutTrailingOnes
  }

  public var takes: String {
    switch (pooled, align) {
    case (true, true): "two layers of as many channels, or of half as many and all"
    case (true, false): "two layers of as many channels"
    case (false, true): "two layers of one size, or maps that can be aligned"
    case (false, false): "two layers of one size"
    }
  }

  public func gives(_ input: TensorKind) -> TensorKind { .matrix }

  public func layout(of inputs: [Layout]) -> Layout? {
    inputs.first.map { Layout(joining: [[1], $0.rows]) }
  }
}

extension [Int] {
  /// The shape of maps N×C×H×W with the height and width of smaller maps.
  fileprivate func narrowed(to g: [Int]) -> [Int] {
    guard count == 4, g.count == 4, self[2] >= g[2], self[3] >= g[3] else { return self }
    return [self[0], self[1], g[2], g[3]]
  }

  /// The shape with half the channels, if these are as many as the first of two layers has.
  fileprivate func paired(to f: [Int]) -> [Int] {
    guard self[1] == 2 * f[1] else { return self }
    return [self[0], f[1]] + self[2...]
  }

  /// N×C for maps N×C×H×W.
  fileprivate var withoutPlaces: [Int] { count == 4 ? [self[0], self[1]] : self }

  /// The shape without axes of length 1 at its end: maps of one pixel have the size of a row.
  fileprivate var withoutTrailingOnes: [Int] {
    self[..<2] + self[2...].reversed().drop { $0 == 1 }.reversed()
  }
}

extension Tensor {
  fileprivate func narrowed(to g: [Int]) -> Tensor {
    let size = shape.narrowed(to: g)
    return size == shape ? self : averagePooled(height: size[2], width: size[3])
  }

  fileprivate func paired(to f: [Int]) -> Tensor {
    let size = shape.paired(to: f)
    guard size != shape else { return self }
    return reshaped([size[0], size[1], 2, size[2...].reduce(1, *)]).mean(axis: 2).reshaped(size)
  }

  fileprivate var meanOfPlaces: Tensor { rank == 4 ? Pooled()(self) : self }
}
