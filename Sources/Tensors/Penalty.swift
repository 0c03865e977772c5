/// ℓ(e), for a difference e between the student's number and the teacher's.
public enum Penalty: Hashable, Sendable {
  /// e²
  case square
  /// |e|
  case absolute
  /// e²/2 for |e| ≤ δ, and δ(|e| − δ/2) beyond.
  case huber(delta: Double)

  public func callAsFunction(_ e: Tensor) -> Tensor {
    switch self {
    case .square: e.squared()
    case .absolute: e.absolute()
    case .huber(let δ): e.huber(delta: δ)
    }
  }
}
