import CKernels

extension Tensor {
  /// The cross-correlation of each channel with weights of its own, as networks call depthwise
  /// convolution.
  ///
  /// This tensor holds packed feature maps, [B, C, H, W, 16] (see ``packedLanes()``), around which a
  /// border of `padding` zeros is added; weights are [C, 1, K, K], as PyTorch has them for `groups=C`.
  /// The result is [B, C, H′, W′, 16] with H′ = (H + 2·padding − K) / stride + 1, rounded down, and W′
  /// likewise. Shapes that do not fit, or that leave no pixel, trap.
  public func depthwiseConvolved(with weights: Tensor, stride: Int = 1, padding: Int = 0) -> Tensor
  {
    let plan = DepthwisePlan(shape, weights.shape, stride: stride, padding: padding)
    let (x, w) = (detached, weights.detached)
    return .operation(shape: plan.output.shape, inputs: [self, weights]) { y in
      let kernel = kernels.convolution.depthwise
      plan.forEachPlane { plane, channel in
        kernel(
          plan.sizes, x.pointer + plane * plan.input.plane, w.pointer + channel * plan.taps,
          y + plane * plan.output.plane)
      }
    } pullback: { dy in
      [plan.inputGradient(dy, w), plan.weightGradient(x, dy).reshaped(w.shape)]
    }
  }
}

/// The sizes of a depthwise convolution, and its derivatives.
private struct DepthwisePlan {
  let input, output: Lanes
  let sizes: Convolution

  init(_ shape: [Int], _ weights: [Int], stride: Int, padding: Int) {
    input = Lanes(shape, "depthwiseConvolved")
    let kernel = weights.last ?? 0
    require(
      weights == [input.channels, 1, kernel, kernel],
      "[depthwiseConvolved] shapes \(shape) and \(weights) do not fit: weights are "
        + "[\(input.channels), 1, kernel, kernel]")
    require(
      kernel > 0 && stride > 0 && padding >= 0 && min(input.height, input.width) > 0
        && min(input.height, input.width) + 2 * padding >= kernel,
      "[depthwiseConvolved] shapes \(shape) and \(weights) with stride \(stride) and padding "
        + "\(padding) leave no pixel")
    output = Lanes(
      blocks: input.blocks, channels: input.channels,
      height: (input.height + 2 * padding - kernel) / stride + 1,
      width: (input.width + 2 * padding - kernel) / stride + 1)
    sizes = Convolution(
      inputChannels: 1, inputHeight: Int32(input.height), inputWidth: Int32(input.width),
      outputChannels: 1, outputHeight: Int32(output.height), outputWidth: Int32(output.width),
      kernel: Int32(kernel), stride: Int32(stride), padding: Int32(padding))
  }

  /// The weights of a channel.
  var taps: Int { Int(sizes.kernel * sizes.kernel) }

  /// The number of multiplications.
  private var work: Int { output.shape.product * taps }

  /// Calls `body` with every plane and its channel.
  func forEachPlane(_ body: (_ plane: Int, _ channel: Int) -> Void) {
    let together = max(1, 32_768 / max(input.plane, 1))
    Parallel.forEachRange(of: input.blocks * input.channels, length: together, work: work) {
      for plane in $0 { body(plane, plane % input.channels) }
    }
  }

  func inputGradient(_ dy: Tensor, _ w: Tensor) -> Tensor {
    let kernel = kernels.convolution.depthwiseInputGradient
    return Tensor.constant(shape: input.shape) { dx in
      forEachPlane { plane, channel in
        kernel(
          sizes, dy.pointer + plane * output.plane, w.pointer + channel * taps,
          dx + plane * input.plane)
      }
    }
  }

  /// A channel's blocks are summed in Double in their order.
  func weightGradient(_ x: Tensor, _ dy: Tensor) -> Tensor {
    let kernel = kernels.convolution.depthwiseWeightGradient
    return Tensor.constant(shape: [input.channels, taps]) { gradient in
      Parallel.forEach(input.channels, work: work) { channel in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: taps) { sums in
          guard let start = sums.baseAddress else { return }
          sums.initialize(repeating: 0)
          for block in 0..<input.blocks {
            let plane = block * input.channels + channel
            kernel(sizes, x.pointer + plane * input.plane, dy.pointer + plane * output.plane, start)
          }
          for tap in 0..<taps { gradient[channel * taps + tap] = Float(sums[tap]) }
        }
      }
    }
  }
}
