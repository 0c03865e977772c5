public import Distillation
public import Tensors

/// The mean over edges, which are rows, of ℓ_δ(s − t) summed over the numbers of an edge.
public struct EdgeHuber: Matcher, SharedParameters {
  /// The way in which the numbers of an edge are put together.
  public enum Reduction: String, Codable, CaseIterable, Sendable {
    /// The sum over the numbers of an edge.
    case edge
    /// The mean over the numbers of an edge.
    case element
  }

  /// The penalty of a number beyond δ.
  public enum Shape: String, Codable, CaseIterable, Sendable {
    /// e²/2 up to δ, and linear beyond.
    case smooth
    /// e²/2 up to δ, and 0 with gradient 0 beyond: larger numbers are discarded.
    case truncated
  }

  /// δ, up to which a number counts by its square.
  public var delta: Double

  /// The penalty of a number beyond δ.
  public var huber: Shape

  /// How the numbers of an edge are put together.
  public var reduction: Reduction

  /// Makes the matcher with these parameters.
  public init(delta: Double = 1, huber: Shape = .smooth, reduction: Reduction = .edge) {
    (self.delta, self.huber, self.reduction) = (delta, huber, reduction)
  }
  public static let standard = Self()
  public static let summary =
    "ℓ_δ(s − t), summed over the numbers of an edge and averaged over edges."

  public static var ranges: [String: ClosedRange<Double>] { ["delta": .huberDelta] }

  public var accepts: TensorKind { .matrix }

  public func callAsFunction(student s: Tensor, teacher t: Tensor) -> Tensor {
    let e = s - t
    let mean =
      switch huber {
      case .smooth: e.huber(delta: delta).mean()
      case .truncated: (e * e.upTo(delta)).squared().mean() / 2
      }
    return switch reduction {
    case .edge: Tensor(Double(s.shape[1])) * mean
    case .element: mean
    }
  }
}

extension Tensor {
  /// 1 for numbers of a magnitude of at most δ, 0 for others.
  fileprivate func upTo(_ δ: Double) -> Tensor {
    Tensor(scalars.map { Double($0.magnitude) > δ ? 0 : 1 as Float }, shape: shape)
  }
}
