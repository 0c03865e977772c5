public import Distillation
public import Tensors

/// G = 1/(h·w) F₁ F₂ᵀ of each example, N×C₁×C₂, for maps of two layers. Larger maps are averaged to the
/// smaller size.
public struct Flow: Relation, Configurable {
  /// Makes the relation.
  public init() {}
  public static let standard = Self()
  public static let summary = "F₁ F₂ᵀ / (h·w) of each example, for the maps F of two layers."
  public var accepts: TensorKind { .maps }
  public var takes: String { "feature maps N×C×H×W of two layers" }

  public func layout(of inputs: [Layout]) -> Layout? {
    Layout(joining: [inputs[0].axes[0], inputs[0].axes[1], inputs[1].axes[1]])
  }

  public func callAsFunction(_ x: TensorPair) -> Tensor {
    let h = min(x.first.shape[2], x.second.shape[2])
    let w = min(x.first.shape[3], x.second.shape[3])
    let f1 = x.first.averagePooled(height: h, width: w).channelMaps
    let f2 = x.second.averagePooled(height: h, width: w).channelMaps
    return Tensor.matmul(f1, f2, transposingSecond: true) / Tensor(Double(h * w))
  }
}
