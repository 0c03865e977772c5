public import Tensors

/// H K H, H = 1 − 1/n: a square matrix whose rows and columns all have mean zero.
///
/// This takes the mean example out of a kernel or of distances, as in the centred kernel alignment
/// (`gram.doublyCentered`) and the distance correlation.
public struct DoublyCentered: Relation, Configurable {
  /// Whether the matrix is U-centred instead, so that inner products of two such matrices estimate a
  /// dependence without bias: HSIC₁ of Song et al., the distance covariance of Székely and Rizzo.
  public var unbiased: Bool

  public static let summary = "A square matrix without the means of its rows and columns."

  /// Makes the relation with these parameters.
  public init(unbiased: Bool = false) { self.unbiased = unbiased }
  public static let standard = Self()

  public var accepts: TensorKind { .square }

  public func gives(_ input: TensorKind) -> TensorKind { .square }

  public func layout(of inputs: [Layout]) -> Layout? { inputs.first }

  public func callAsFunction(_ k: Tensor) -> Tensor {
    unbiased ? k.uCentered : k.centered(axis: 0).centered(axis: 1)
  }
}

extension Tensor {
  /// K̃ᵢⱼ = Kᵢⱼ − Σₗ Kᵢₗ/(n − 2) − Σₖ Kₖⱼ/(n − 2) + Σₖₗ Kₖₗ/((n − 1)(n − 2)) for i ≠ j. The diagonal
  /// counts as 0 and stays 0. With fewer than four examples nothing is left, and the value is 0.
  fileprivate var uCentered: Tensor {
    let n = shape[0]
    guard n > 3 else { return 0 * self }
    let offDiagonal = Tensor(
      (0..<n * n).map { $0 / n == $0 % n ? 0 : 1 as Float }, shape: [n, n])
    // A number added to all entries changes nothing. Without their mean, they keep more figures.
    let mean = (self * offDiagonal).sum() / Tensor(Double(n * (n - 1)))
    let k = (self - mean) * offDiagonal
    let rows = k.sum(axis: 1, keepingDimensions: true) / Tensor(Double(n - 2))
    let columns = k.sum(axis: 0, keepingDimensions: true) / Tensor(Double(n - 2))
    let all = k.sum() / Tensor(Double((n - 1) * (n - 2)))
    return (k - rows - columns + all) * offDiagonal
  }
}
