public import Distillation
public import Tensors

/// A network with the weights it has learned.
public struct Model: Sendable {
  /// The network.
  public let network: any Network
  /// The weights of the network.
  public var weights: Weights

  /// A network with these weights.
  public init(network: any Network, weights: Weights) {
    (self.network, self.weights) = (network, weights)
  }

  /// The outputs on images, computed with the running statistics.
  ///
  /// - Parameters:
  ///   - images: The normalised images, N×C×H×W.
  ///   - names: The outputs wanted, each one of the network's `outputNames`, or `lastStage` for the last
  ///     stage among them.
  /// - Returns: These outputs and no others.
  public func outputs(on images: Tensor, giving names: [String]) -> Outputs {
    network(images, weights, .inference, giving: network.resolved(names)).outputs
  }

  /// One output on all images, one row per image: N×D.
  ///
  /// - Precondition: `layer` is one of the network's `outputNames`.
  public func features(
    _ layer: String, of images: ImageDataSet, normalizedBy normalization: PixelNormalization
  ) -> Tensor {
    .concatenated(
      Batches(of: images, size: Batches.ofInference, normalization: normalization).map { batch in
        guard let output = outputs(on: batch.images, giving: [layer]).tensors[layer] else {
          fatalError(
            "[features] \(network.name) has no output '\(layer)', but \(network.outputNames)")
        }
        return output.flattened
      })
  }

  /// The share of images whose largest logit is that of their label, from 0 to 1.
  ///
  /// - Precondition: The images have labels.
  public func accuracy(on images: ImageDataSet, normalizedBy normalization: PixelNormalization)
    -> Double
  {
    guard let accuracy = test(on: images, normalizedBy: normalization).accuracy else {
      fatalError("[accuracy] \(images.name) has no labels")
    }
    return accuracy
  }

  /// The accuracy, if the images have labels, and the first logit that is not finite, if there is one.
  package func test(on images: ImageDataSet, normalizedBy normalization: PixelNormalization)
    -> (accuracy: Double?, nonFinite: Tensor.Scalar?)
  {
    var (correct, nonFinite) = (0, Tensor.Scalar?.none)
    for batch in Batches(of: images, size: Batches.ofInference, normalization: normalization) {
      guard let logits = outputs(on: batch.images, giving: ["logits"]).tensors["logits"] else {
        continue
      }
      correct += zip(logits.indicesOfLargest, batch.labels).count { $0 == $1 }
      nonFinite = nonFinite ?? logits.firstNonFinite?.value
    }
    let accuracy = Double(correct) / Double(max(images.count, 1))
    return (images.isLabelled ? accuracy : nil, nonFinite)
  }
}

extension Model {
  /// A network of this architecture whose weights are to be replaced.
  package static func blank(_ network: any Network) -> Model {
    var random = Random(seed: 0, "blank")
    return Model(network: network, weights: network.initialWeights(using: &random))
  }

  /// The model with the numbers of a checkpoint.
  ///
  /// - Throws: ``TrainingError/foreignWeights(_:)``.
  package func replaced(with tensors: [String: Tensor]) throws -> Model {
    Model(network: network, weights: try weights.replaced(with: tensors))
  }
}

extension Tensor {
  /// The column of the largest entry of each row of a matrix, or the first of several such columns.
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
