package import Tensors

/// PyTorch's names of a network's weights.
///
/// A layer that convolves and normalises is a module with the parts `conv` and `norm`; every other layer is
/// one module. Scale, shift, mean and variance of a normalisation are PyTorch's `weight`, `bias`,
/// `running_mean` and `running_var`. The layouts are the same.
package struct TorchNames {
  /// PyTorch's name of each of Kindred's.
  private let names: [String: String]

  private static let parts = [
    "scale": "weight", "shift": "bias", "mean": "running_mean", "variance": "running_var",
  ]

  package init(_ weights: Weights) {
    let own = Array(weights.tensors.keys)
    let isThere = Set(own)
    names = Dictionary(
      uniqueKeysWithValues: own.map { name in
        let pieces = name.split(separator: ".")
        let (layer, part) = (pieces.dropLast().joined(separator: "."), String(pieces.last ?? ""))
        let isBoth = isThere.contains("\(layer).weight") && isThere.contains("\(layer).scale")
        let torch = Self.parts[part].map { isBoth ? "norm.\($0)" : $0 }
        return (
          name, pieces.count < 2 ? name : "\(layer).\(torch ?? (isBoth ? "conv.\(part)" : part))"
        )
      })
  }

  /// The same tensors, with PyTorch's names in place of Kindred's.
  package func renamed(_ tensors: [String: Tensor]) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: tensors.map { (names[$0.key] ?? $0.key, $0.value) })
  }

  /// The same tensors, with Kindred's names in place of PyTorch's. A tensor of any other name keeps it.
  package func restored(_ tensors: [String: Tensor]) -> [String: Tensor] {
    let own = Dictionary(names.map { ($0.value, $0.key) }) { first, _ in first }
    return Dictionary(tensors.map { (own[$0.key] ?? $0.key, $0.value) }) { first, _ in first }
  }
}
