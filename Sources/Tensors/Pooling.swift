import CKernels

extension Tensor {
  /// The mean over all pixels of packed feature maps: [⌈N/16⌉, C, H, W, 16] to [N, C]. A shape that
  /// does not hold so many examples traps.
  public func globalAveragePooled(examples: Int) -> Tensor {
    let lanes = Lanes(shape, "globalAveragePooled")
    lanes.check(examples, "globalAveragePooled")
    return .operation(shape: [examples, lanes.channels], inputs: [self]) { y in
      let kernels = kernels.pooling
      lanes.forEachPlane { index, block, channel in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Lanes.count) { means in
          guard let start = means.baseAddress else { return }
          kernels.mean(pointer + index * lanes.plane, Int64(lanes.pixels), start)
          for lane in 0..<lanes.lanes(inBlock: block, of: examples) {
            y[(block * Lanes.count + lane) * lanes.channels + channel] = means[lane]
          }
        }
      }
    } pullback: { dy in
      let kernels = kernels.pooling
      let dx = Storage(count: lanes.shape.product)
      lanes.forEachPlane { index, block, channel in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Lanes.count) { shares in
          guard let start = shares.baseAddress else { return }
          shares.initialize(repeating: 0)
          for lane in 0..<lanes.lanes(inBlock: block, of: examples) {
            let example = block * Lanes.count + lane
            shares[lane] = dy.pointer[example * lanes.channels + channel] / Float(lanes.pixels)
          }
          kernels.spread(start, Int64(lanes.pixels), dx.pointer + index * lanes.plane)
        }
      }
      return [Tensor(shape: lanes.shape, storage: dx, node: nil)]
    }
  }
}
