public import Tensors

extension Tensor {
  /// Weights drawn uniformly from ±1/√fan-in, as PyTorch initialises its layers.
  static func uniformWeights(_ shape: [Int], fanIn: Int, using random: inout Random) -> Tensor {
    uniform(shape, bound: 1 / Float(max(fanIn, 1)).squareRoot(), using: &random)
  }

  /// Numbers drawn uniformly from ±bound.
  static func uniform(_ shape: [Int], bound: Float, using random: inout Random) -> Tensor {
    Tensor(shape: shape) { weights in
      for i in weights.indices { weights[i] = random.uniform(in: -bound..<bound) }
    }
  }
}

extension Weights {
  /// Appends a fully connected layer: `name.weight`, outputs × inputs, and `name.bias`, both drawn
  /// uniformly from ±1/√inputs, as PyTorch draws them. ``Layers/linear(_:_:)`` runs it.
  public mutating func appendLinear(
    _ name: String, inputs: Int, outputs: Int, using random: inout Random
  ) {
    parameters += [
      Named(
        "\(name).weight", .uniformWeights([outputs, inputs], fanIn: inputs, using: &random)),
      Named("\(name).bias", .uniformWeights([outputs], fanIn: inputs, using: &random)),
    ]
  }

  /// Appends the scale and the shift of a layer normalisation, [width] each: `name.scale`, which begins
  /// at 1, and `name.shift`, at 0. ``Layers/layerNormalization(_:_:)`` runs it.
  public mutating func appendLayerNormalization(_ name: String, width: Int) {
    parameters += [
      Named("\(name).scale", .ones([width])), Named("\(name).shift", .zeros([width])),
    ]
  }
}

extension Weights {
  /// Appends a convolution and the batch normalisation behind it, as ``appendPlainConvolution(_:inputs:outputs:kernel:using:)``
  /// and ``appendBatchNormalization(_:channels:)`` do.
  /// ``Layers/convolution(_:_:stride:padding:adding:rectified:)`` runs both.
  public mutating func appendConvolution(
    _ name: String, inputs: Int, outputs: Int, kernel: Int, using random: inout Random
  ) {
    appendPlainConvolution(name, inputs: inputs, outputs: outputs, kernel: kernel, using: &random)
    appendBatchNormalization(name, channels: outputs)
  }

  /// Appends a convolution without bias: `name.weight`, outputs × inputs × kernel × kernel, drawn
  /// uniformly from ±1/√(inputs · kernel²), as PyTorch draws it. The inputs are the channels that an
  /// output reads: 1 if the convolution is depthwise.
  public mutating func appendPlainConvolution(
    _ name: String, inputs: Int, outputs: Int, kernel: Int, using random: inout Random
  ) {
    let shape = [outputs, inputs, kernel, kernel]
    parameters.append(
      Named(
        "\(name).weight",
        .uniformWeights(shape, fanIn: inputs * kernel * kernel, using: &random)))
  }

  /// Appends a batch normalisation: the parameters `name.scale` and `name.shift`, which begin at 1 and
  /// 0, and the running statistics `name.mean` and `name.variance`, at 0 and 1, [channels] each.
  public mutating func appendBatchNormalization(_ name: String, channels: Int) {
    parameters += [
      Named("\(name).scale", .ones([channels])), Named("\(name).shift", .zeros([channels])),
    ]
    statistics["\(name).mean"] = .zeros([channels])
    statistics["\(name).variance"] = .ones([channels])
  }
}
