package import Distillation
package import Tensors

extension ResNet {
  package func callAsFunction(
    _ images: Tensor, _ weights: Weights, _ pass: Pass, giving names: [String]
  ) -> (outputs: Outputs, statistics: [String: Tensor]) {
    var forward = ConvolutionPass(weights, pass, examples: images.shape[0])
    var maps = MapOutputs(names, examples: images.shape[0])
    var x = forward(images.packedLanes(), "stem", rectified: true)
    maps.give("stem", x)
    for (index, blocks) in stages.enumerated() {
      for block in blocks {
        let inner: Tensor
        (inner, x) = self.block(block, x, &forward)
        maps.give("\(block.name).first", inner)
        maps.give(block.name, x)
      }
      maps.giveStage(index + 1, of: stages.count, blocks: blocks.count, x)
    }
    return (maps.outputs(pooling: x, forward), forward.statistics)
  }

  /// ReLU(F(x) + x), where F is two convolutions, and x is projected if the shape changes. Also
  /// returns the result of the first convolution.
  private func block(
    _ block: Block, _ x: Tensor, _ forward: inout ConvolutionPass
  ) -> (inner: Tensor, Tensor) {
    let shortcut =
      block.isProjected
      ? forward(x, "\(block.name).projection", stride: block.stride, padding: 0) : x
    let y = forward(x, "\(block.name).first", stride: block.stride, rectified: true)
    return (y, forward(y, "\(block.name).second", adding: shortcut, rectified: true))
  }
}
