package import Distillation
package import Tensors

extension ViT {
  package func callAsFunction(
    _ images: Tensor, _ weights: Weights, _ pass: Pass, giving names: [String]
  ) -> (outputs: Outputs, statistics: [String: Tensor]) {
    let layers = Layers(weights, pass, examples: images.shape[0])
    var outputs = Outputs([:])
    func give(_ name: String, _ tensor: @autoclosure () -> Tensor) {
      if names.contains(name) { outputs.tensors[name] = tensor() }
    }
    let patches = images.patches(side: patch)
      .linear(weight: layers["patches.weight"].flattened, bias: layers["patches.bias"])
    var x = patches + layers["positions"]
    for index in 1...depth {
      let block = "block\(index)"
      let projections = layers.linear(
        layers.layerNormalization(x, "\(block).norm1"), "\(block).projections")
      if index == depth {
        for (part, name) in ["queries", "keys", "values"].enumerated() {
          give(name, projections.columns(part * dim..<(part + 1) * dim))
        }
      }
      x = x + layers.linear(projections.attention(heads: heads), "\(block).attention")
      let hidden = layers.linear(layers.layerNormalization(x, "\(block).norm2"), "\(block).hidden")
      x = x + layers.linear(hidden.gelu(), "\(block).output")
      give("tokens\(index)", x)
    }
    let tokens = layers.layerNormalization(x, "norm")
    give("tokens", tokens)
    let embedding = tokens.mean(axis: 1)
    give("embedding", embedding)
    give("logits", layers.linear(embedding, "logits"))
    return (outputs, [:])
  }
}
