public import Distillation
public import Tensors

/// A network with the weights it has learned.
public struct Model: Sendable {
  public let network: any Network
  public var weights: Weights

  public init(network: any Network, weights: Weights) {
    (self.network, self.weights) = (network, weights)
  }

  /// The outputs on images, by the running statistics.
  public func outputs(on images: Tensor, giving names: [String]) -> Outputs {
    network(images, weights, .inference, giving: names).outputs
  }

  /// One output on every image, as rows: N×D. The layer is one of the network's `outputNames`.
  public func features(
    _ layer: String, of images: ImageDataSet, normalizedBy normalization: PixelNormalization
  ) -> Tensor {
    .concatenated(
      Batches(of: images, size: 256, normalization: normalization).map { batch in
        guard let output = outputs(on: batch.images, giving: [layer]).tensors[layer] else {
          preconditionFailure(
            "[features] \(network.name) has no output '\(layer)', but \(network.outputNames)")
        }
        return output.flattened
      })
  }

  /// The share of images whose largest logit is that of their label.
  public func accuracy(on images: ImageDataSet, normalizedBy normalization: PixelNormalization)
    -> Double
  {
    test(on: images, normalizedBy: normalization).accuracy
  }

  /// The accuracy, and the first logit that is no number, where there is one.
  func test(on images: ImageDataSet, normalizedBy normalization: PixelNormalization)
    -> (accuracy: Double, nonFinite: Tensor.Scalar?)
  {
    var (correct, nonFinite) = (0, Tensor.Scalar?.none)
    for batch in Batches(of: images, size: 256, normalization: normalization) {
      guard let logits = outputs(on: batch.images, giving: ["logits"]).tensors["logits"] else {
        continue
      }
      correct += zip(logits.indicesOfLargest, batch.labels).count { $0 == $1 }
      nonFinite = nonFinite ?? logits.firstNonFinite?.value
    }
    return (Double(correct) / Double(max(images.count, 1)), nonFinite)
  }
}

extension Model {
  /// A network of this architecture with weights to be replaced.
  package static func blank(_ network: any Network) -> Model {
    var random = Random(seed: 0, "blank")
    return Model(network: network, weights: network.initialWeights(using: &random))
  }

  /// Throws ``TrainingError/foreignWeights(_:)``.
  package func replaced(with tensors: [String: Tensor]) throws -> Model {
    Model(network: network, weights: try weights.replaced(with: tensors))
  }
}

extension Tensor {
  /// For each row of a matrix the column of its largest entry, the first of equals.
  var indicesOfLargest: [Int] {
    let columns = shape[1]
    return withUnsafeBufferPointer { scalars in
      (0..<shape[0]).map { row in
        (1..<max(columns, 1)).reduce(0) { best, column in
          scalars[row * columns + column] > scalars[row * columns + best] ? column : best
        }
      }
    }
  }
}
