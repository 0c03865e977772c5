public import Distillation
import Tensors

// Two views of a batch, z and z̃. VRM has edges of unit length between their logits.

extension Knowledge where Self == Layers {
  /// One layer of the real view of a batch and of the virtual one.
  public static func views(of layer: String) -> Layers {
    .layers(from: layer, to: "\(OutputName(layer).of(view: OutputName.virtualView))")
  }
}

extension TensorPair {
  /// ε, added to the standard deviation of an example's logits.
  static let smallestDeviation = 1e-7

  static let views = "two views of logits N×C, of two classes or more"

  var areViews: Bool {
    first.shape == second.shape && TensorKind.matrix.admits(first.shape) && first.shape[1] > 1
  }

  /// [z; z̃], 2N×C. If `standardized`, each row has mean 0 and standard deviation 1.
  func stacked(standardized: Bool) -> Tensor {
    let y = Tensor.concatenated([first, second])
    guard standardized else { return y }
    let centered = y.centered(axis: 1)
    let deviation =
      centered.norm(axis: 1, keepingDimensions: true) / Tensor(Double(y.shape[1] - 1).squareRoot())
    return centered / (deviation + Tensor(Self.smallestDeviation))
  }
}

/// Every k < l below `n`.
func upperTriangle(_ n: Int) -> ([Int], [Int]) {
  let pairs = (0..<n).flatMap { k in (k + 1..<n).map { (k, $0) } }
  return (pairs.map { $0.0 }, pairs.map { $0.1 })
}
