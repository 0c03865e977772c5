package import Distillation
package import Tensors

extension ResNet {
  package func callAsFunction(
    _ images: Tensor, _ weights: Weights, _ pass: Pass, giving names: [String]
  ) -> (outputs: Outputs, statistics: [String: Tensor]) {
    var layers = Layers(weights, pass, examples: images.shape[0])
    var maps = MapOutputs(names, examples: images.shape[0])
    var x = layers.convolution(images.packedLanes(), "stem", rectified: true)
    maps.give("stem", x)
    for (index, blocks) in stages.enumerated() {
      for block in blocks {
        let inner: Tensor
        (inner, x) = self.block(block, x, &layers)
        maps.give("\(block.name).first", inner)
        maps.give(block.name, x)
      }
      maps.giveStage(index + 1, blocks: blocks.count, x)
    }
    return (maps.outputs(pooling: x, layers), layers.statistics)
  }

  /// ReLU(F(x) + x), where F is two convolutions, and x is projected if the shape changes. Also
  /// returns the result of the first convolution.
  private func block(
    _ block: Block, _ x: Tensor, _ layers: inout Layers
  ) -> (inner: Tensor, Tensor) {
    let shortcut =
      block.isProjected
      ? layers.convolution(x, "\(block.name).projection", stride: block.stride, padding: 0) : x
    let y = layers.convolution(x, "\(block.name).first", stride: block.stride, rectified: true)
    return (
      y, layers.convolution(y, "\(block.name).second", adding: shortcut, rectified: true)
    )
  }
}
