public import Tensors

/// The layers of a network in one run, with its weights and the statistics that they collect.
///
///     var layers = Layers(weights, pass, examples: images.shape[0])
///     let x = layers.convolution(images.packedLanes(), "first", rectified: true)
///
/// A layer finds its weights by the name under which ``Weights`` has appended them. A name that the
/// weights do not have traps, as tensors do that do not fit.
public struct Layers {
  /// The number N of images.
  public let examples: Int
  private let parameters: [String: Tensor]
  private let isTraining: Bool
  /// The running statistics; in training, those after this batch.
  public private(set) var statistics: [String: Tensor]

  /// The layers with these weights.
  ///
  /// - Parameters:
  ///   - weights: The weights of the network.
  ///   - pass: Decides which statistics batch normalisation uses.
  ///   - examples: The number of images, which packed maps do not tell.
  public init(_ weights: Weights, _ pass: Pass, examples: Int) {
    self.examples = examples
    parameters = Dictionary(uniqueKeysWithValues: weights.parameters.map { ($0.name, $0.tensor) })
    statistics = weights.statistics
    isTraining = pass == .training
  }

  /// The parameter or the running statistic of a name.
  public subscript(_ name: String) -> Tensor {
    guard let tensor = parameters[name] ?? statistics[name] else {
      fatalError("[network] the weights have no '\(name)'")
    }
    return tensor
  }

  /// A fully connected layer: x Wᵀ + b for each vector x along the last axis, […, D] to […, K].
  public func linear(_ x: Tensor, _ name: String) -> Tensor {
    x.linear(weight: self["\(name).weight"], bias: self["\(name).bias"])
  }

  /// A convolution and batch normalisation, optionally followed by a residual and ReLU.
  ///
  /// - Parameters:
  ///   - x: Packed feature maps, [⌈N/16⌉, C, H, W, 16]; see `Tensor.packedLanes()`.
  ///   - name: The name of the layer, which `Weights.appendConvolution` has appended.
  ///   - stride: The step between pixels.
  ///   - padding: The number of zeros on each side.
  ///   - residual: Maps of the result's shape that are added.
  ///   - rectified: Whether ReLU comes last.
  /// - Returns: Packed feature maps, as many as the convolution has outputs.
  public mutating func convolution(
    _ x: Tensor, _ name: String, stride: Int = 1, padding: Int = 1, adding residual: Tensor? = nil,
    rectified: Bool = false
  ) -> Tensor {
    batchNormalization(
      plainConvolution(x, name, stride: stride, padding: padding), name, adding: residual,
      rectified: rectified)
  }

  /// A convolution without bias of packed feature maps, which `Weights.appendPlainConvolution` has
  /// appended.
  public func plainConvolution(
    _ x: Tensor, _ name: String, stride: Int = 1, padding: Int = 0
  ) -> Tensor {
    x.convolved(with: self["\(name).weight"], stride: stride, padding: padding)
  }

  /// Batch normalisation of packed feature maps, optionally followed by a residual and ReLU.
  public mutating func batchNormalization(
    _ x: Tensor, _ name: String, adding residual: Tensor? = nil, rectified: Bool = false
  ) -> Tensor {
    let (scale, shift) = (self["\(name).scale"], self["\(name).shift"])
    let running = ChannelStatistics(mean: self["\(name).mean"], variance: self["\(name).variance"])
    guard isTraining else {
      return x.normalized(
        by: running, examples: examples, scale: scale, shift: shift, adding: residual,
        rectified: rectified)
    }
    let (result, batch) = x.batchNormalized(
      examples: examples, scale: scale, shift: shift, adding: residual, rectified: rectified)
    let updated = running.updated(with: batch)
    statistics["\(name).mean"] = updated.mean
    statistics["\(name).variance"] = updated.variance
    return result
  }

  /// Layer normalisation of each vector along the last axis.
  public func layerNormalization(_ x: Tensor, _ name: String) -> Tensor {
    x.layerNormalized(scale: self["\(name).scale"], shift: self["\(name).shift"])
  }
}
