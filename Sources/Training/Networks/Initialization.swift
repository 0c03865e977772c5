import Tensors

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
  /// Appends a fully connected layer's weights (outputs × inputs) and biases.
  mutating func appendLinear(
    _ name: String, inputs: Int, outputs: Int, using random: inout Random
  ) {
    parameters += [
      Named(
        "\(name).weight", .uniformWeights([outputs, inputs], fanIn: inputs, using: &random)),
      Named("\(name).bias", .uniformWeights([outputs], fanIn: inputs, using: &random)),
    ]
  }
}

extension Weights {
  /// Appends a convolution's weights, and the scale, shift and running statistics of the batch
  /// normalisation behind it.
  mutating func appendConvolution(
    _ name: String, inputs: Int, outputs: Int, kernel: Int, using random: inout Random
  ) {
    appendPlainConvolution(name, inputs: inputs, outputs: outputs, kernel: kernel, using: &random)
    appendBatchNormalization(name, channels: outputs)
  }

  /// Appends a convolution's weights. The inputs are those that an output reads: 1 if the convolution is
  /// depthwise.
  mutating func appendPlainConvolution(
    _ name: String, inputs: Int, outputs: Int, kernel: Int, using random: inout Random
  ) {
    let shape = [outputs, inputs, kernel, kernel]
    parameters.append(
      Named(
        "\(name).weight",
        .uniformWeights(shape, fanIn: inputs * kernel * kernel, using: &random)))
  }

  /// Appends the scale, shift and running statistics of batch normalisation.
  mutating func appendBatchNormalization(_ name: String, channels: Int) {
    parameters += [
      Named("\(name).scale", .ones([channels])), Named("\(name).shift", .zeros([channels])),
    ]
    statistics["\(name).mean"] = .zeros([channels])
    statistics["\(name).variance"] = .ones([channels])
  }
}

extension Tensor {
  /// x Wᵀ + b for rows x.
  func linear(_ weight: Tensor, _ bias: Tensor) -> Tensor {
    Tensor.matmul(self, weight, transposingSecond: true) + bias
  }
}
