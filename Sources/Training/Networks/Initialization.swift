import Tensors

extension Tensor {
  /// Weights drawn uniformly from ±1/√fan-in, as PyTorch initialises its layers.
  static func uniformWeights(_ shape: [Int], fanIn: Int, using random: inout Random) -> Tensor {
    let bound = 1 / Float(max(fanIn, 1)).squareRoot()
    return Tensor(shape: shape) { weights in
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
    let shape = [outputs, inputs, kernel, kernel]
    parameters += [
      Named(
        "\(name).weight",
        .uniformWeights(shape, fanIn: inputs * kernel * kernel, using: &random)),
      Named("\(name).scale", Tensor(repeating: 1, shape: [outputs])),
      Named("\(name).shift", Tensor(repeating: 0, shape: [outputs])),
    ]
    statistics["\(name).mean"] = Tensor(repeating: 0, shape: [outputs])
    statistics["\(name).variance"] = Tensor(repeating: 1, shape: [outputs])
  }
}

extension Tensor {
  /// x Wᵀ + b for rows x.
  func linear(_ weight: Tensor, _ bias: Tensor) -> Tensor {
    Tensor.matmul(self, weight, transposingSecond: true) + bias
  }
}
