import CKernels

extension Tensor {
  /// The mean over all pixels of packed feature maps: [⌈N/16⌉, C, H, W, 16] to [N, C].
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

  /// The mean over windows of `size` by `size` pixels of packed feature maps, [B, C, H, W, 16];
  /// zeros of the border count. Windows are `size` apart if no stride is given.
  public func averagePooled(size: Int, stride: Int? = nil, padding: Int = 0) -> Tensor {
    let plan = PoolingPlan(
      shape, size: size, stride: stride ?? size, padding: padding, "averagePooled")
    return .operation(shape: plan.output.shape, inputs: [self]) { y in
      let kernels = kernels.pooling
      plan.forEachPlane { from, to in kernels.average(plan.sizes, pointer + from, y + to) }
    } pullback: { dy in
      let kernels = kernels.pooling
      let dx = Storage(count: plan.input.shape.product)
      plan.forEachPlane { from, to in
        kernels.averageGradient(plan.sizes, dy.pointer + to, dx.pointer + from)
      }
      return [Tensor(shape: plan.input.shape, storage: dx, node: nil)]
    }
  }

  /// The maximum over windows of `size` by `size` pixels of packed feature maps, [B, C, H, W, 16].
  /// The first of equal maxima takes the gradient. Windows are `size` apart if no stride is given.
  public func maximumPooled(size: Int, stride: Int? = nil, padding: Int = 0) -> Tensor {
    let plan = PoolingPlan(
      shape, size: size, stride: stride ?? size, padding: padding, "maximumPooled")
    let (x, y) = (detached, Storage(count: plan.output.shape.product))
    let kernels = kernels.pooling
    plan.forEachPlane { from, to in kernels.maximum(plan.sizes, pointer + from, y.pointer + to) }
    return Tensor(shape: plan.output.shape, storage: y, inputs: [self]) { dy in
      let dx = Storage(count: x.count)
      plan.forEachPlane { from, to in
        kernels.maximumGradient(
          plan.sizes, x.pointer + from, y.pointer + to, dy.pointer + to, dx.pointer + from)
      }
      return [Tensor(shape: x.shape, storage: dx, node: nil)]
    }
  }
}

private struct PoolingPlan {
  let input, output: Lanes
  let sizes: Pooling

  init(
    _ shape: [Int], size: Int, stride: Int, padding: Int, _ operation: StaticString
  ) {
    input = Lanes(shape, operation)
    precondition(
      size > 0 && stride > 0 && 0...size / 2 ~= padding
        && min(input.height, input.width) + 2 * padding >= size,
      "[\(operation)] shape \(shape) with size \(size), stride \(stride) and padding \(padding) "
        + "leaves no pixel, or a window without one")
    output = Lanes(
      blocks: input.blocks, channels: input.channels,
      height: (input.height + 2 * padding - size) / stride + 1,
      width: (input.width + 2 * padding - size) / stride + 1)
    sizes = Pooling(
      inputHeight: Int32(input.height), inputWidth: Int32(input.width),
      outputHeight: Int32(output.height), outputWidth: Int32(output.width), size: Int32(size),
      stride: Int32(stride), padding: Int32(padding))
  }

  /// Calls `body` with the offsets of every plane's input and output.
  func forEachPlane(_ body: (_ input: Int, _ output: Int) -> Void) {
    input.forEachPlane { index, _, _ in body(index * input.plane, index * output.plane) }
  }
}
