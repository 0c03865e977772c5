package import Tensors

/// PyTorch's names of a network's weights.
///
/// A layer that convolves and normalises is a module with the parts `conv` and `norm`; every other layer is
/// one module. Scale, shift, mean and variance of a normalisation are PyTorch's `weight`, `bias`,
/// `running_mean` and `running_var`. The layouts are the same.
package struct TorchNames {
  /// PyTorch's name of each of Kindred's.
  private let names: [String: String]
  /// Kindred's name of each of PyTorch's, and of each of its own.
  private let ownNames: [String: String]

  private static let parts = [
    "scale": "weight", "shift": "bias", "mean": "running_mean", "variance": "running_var",
  ]

  package init(_ weights: Weights) {
    let own = Array(weights.tensors.keys)
    let isThere = Set(own)
    let names = Dictionary(
      uniqueKeysWithValues: own.map { name in
        let pieces = name.split(separator: ".")
        let (layer, part) = (pieces.dropLast().joined(separator: "."), String(pieces.last ?? ""))
        let isBoth = isThere.contains("\(layer).weight") && isThere.contains("\(layer).scale")
        let torch = Self.parts[part].map { isBoth ? "norm.\($0)" : $0 }
        return (
          name, pieces.count < 2 ? name : "\(layer).\(torch ?? (isBoth ? "conv.\(part)" : part))"
        )
      })
    self.names = names
    // A program's own network may call a weight what PyTorch calls another one. Its own name then wins.
    ownNames = Dictionary(
      own.map { ($0, $0) } + names.sorted { $0.key < $1.key }.map { ($0.value, $0.key) }
    ) { first, _ in first }
  }

  /// The same tensors, with PyTorch's names in place of Kindred's.
  package func renamed(_ tensors: [String: Tensor]) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: tensors.map { (names[$0.key] ?? $0.key, $0.value) })
  }

  /// Kindred's name of the weight that has this name in a file, which may be PyTorch's; the name itself if there is
  /// none.
  package func restored(_ name: String) -> String { ownNames[name] ?? name }
}
