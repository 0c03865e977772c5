package import Distillation
package import Tensors

/// A multilayer perceptron: fully connected layers with ReLU between them.
///
/// The outputs are `hidden1`, `hidden2`, … after each ReLU, `embedding` (the last of these) and
/// `logits`.
package struct MLP: NamedNetwork {
  /// The number of features of each hidden layer.
  package let widths: [Int]
  package let classes: Int
  /// The number of values in an image.
  package let inputs: Int

  package init(widths: [Int], classes: Int, inputs: Int) {
    require(!widths.isEmpty, "[mlp] there is no hidden layer")
    (self.widths, self.classes, self.inputs) = (widths, classes, inputs)
  }

  package static let pattern = "mlp:<width>:<width>…"
  package static let example = MLP(widths: [64], classes: 10, inputs: 28 * 28)
  package static let takesFeatures = true

  package init(sizes: [Int], classes: Int, images: ImageShape) {
    self.init(widths: sizes, classes: classes, inputs: images.count)
  }

  package var name: String { "mlp:" + widths.map { "\($0)" }.joined(separator: ":") }

  package var outputNames: [String] {
    widths.indices.map { "hidden\($0 + 1)" } + ["embedding", "logits"]
  }

  package func initialWeights(using random: inout Random) -> Weights {
    var weights = Weights()
    var previous = inputs
    for (index, width) in widths.enumerated() {
      weights.appendLinear("hidden\(index + 1)", inputs: previous, outputs: width, using: &random)
      previous = width
    }
    weights.appendLinear("logits", inputs: previous, outputs: classes, using: &random)
    return weights
  }

  package func callAsFunction(
    _ images: Tensor, _ weights: Weights, _ pass: Pass, giving names: [String]
  ) -> (outputs: Outputs, statistics: [String: Tensor]) {
    var x = images.flattened
    var tensors: [String: Tensor] = [:]
    for index in 0...widths.count {
      let (weight, bias) = (weights.parameters[2 * index], weights.parameters[2 * index + 1])
      let y = x.linear(weight: weight.tensor, bias: bias.tensor)
      if index == widths.count {
        tensors["embedding"] = x
        tensors["logits"] = y
      } else {
        x = y.relu()
        tensors["hidden\(index + 1)"] = x
      }
    }
    return (Outputs(tensors.filter { names.contains($0.key) }), [:])
  }
}
