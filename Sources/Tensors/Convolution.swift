import CKernels

extension Tensor {
  /// The cross-correlation with `weights` at every `stride`-th pixel, as networks call convolution.
  ///
  /// This tensor holds packed feature maps, [B, Cᵢ, H, W, 16] (see ``packedLanes()``), around which a
  /// border of `padding` zeros is added; weights are [Cₒ, Cᵢ, K, K]. The result is
  /// [B, Cₒ, H′, W′, 16] with H′ = (H + 2·padding − K) / stride + 1, rounded down, and W′ likewise.
  /// Shapes that do not fit, or that leave no pixel, trap.
  public func convolved(with weights: Tensor, stride: Int = 1, padding: Int = 0) -> Tensor {
    let plan = ConvolutionPlan(shape, weights.shape, stride: stride, padding: padding)
    let (x, w) = (detached, weights.detached)
    let (needsInput, needsWeights) = (!isConstant, !weights.isConstant)
    return .operation(shape: plan.output.shape, inputs: [self, weights]) { y in
      plan.forward(x, w, into: y)
    } pullback: { dy in
      [
        needsInput ? plan.inputGradient(dy, w) : nil,
        needsWeights ? plan.weightGradient(x, dy) : nil,
      ]
    }
  }
}

/// The sizes of a convolution, and how its work is split.
private struct ConvolutionPlan {
  let input, output: Lanes
  let weights: [Int]
  let sizes: Convolution

  init(_ shape: [Int], _ weights: [Int], stride: Int, padding: Int) {
    input = Lanes(shape, "convolved")
    require(
      weights.count == 4 && weights[1] == input.channels && weights[2] == weights[3],
      "[convolved] shapes \(shape) and \(weights) do not fit: weights are [output channels, "
        + "\(input.channels), kernel, kernel]")
    let kernel = weights[2]
    require(
      kernel > 0 && stride > 0 && padding >= 0 && min(input.height, input.width) > 0
        && min(input.height, input.width) + 2 * padding >= kernel,
      "[convolved] shapes \(shape) and \(weights) with stride \(stride) and padding \(padding) "
        + "leave no pixel")
    self.weights = weights
    output = Lanes(
      blocks: input.blocks, channels: weights[0],
      height: (input.height + 2 * padding - kernel) / stride + 1,
      width: (input.width + 2 * padding - kernel) / stride + 1)
    sizes = Convolution(
      inputChannels: Int32(input.channels), inputHeight: Int32(input.height),
      inputWidth: Int32(input.width), outputChannels: Int32(output.channels),
      outputHeight: Int32(output.height), outputWidth: Int32(output.width),
      kernel: Int32(kernel), stride: Int32(stride), padding: Int32(padding))
  }

  /// The number of multiplications.
  private var work: Int { output.blocks * output.block * weights.dropFirst().product }

  func forward(_ x: Tensor, _ w: Tensor, into y: UnsafeMutablePointer<Float>) {
    let kernels = kernels.convolution
    let arranged = Storage(count: Int(kernels.weightCount(sizes)))
    kernels.arrange(sizes, w.pointer, arranged.pointer)
    let strips = Int(kernels.forwardStrips(sizes))
    let scratchCount = Int(kernels.forwardScratchCount(sizes))
    Parallel.forEach(input.blocks * strips, work: work) { part in
      let (block, strip) = part.quotientAndRemainder(dividingBy: strips)
      let scratch = Storage(count: scratchCount)
      kernels.forward(
        sizes, Int32(strip), x.pointer + block * input.block, arranged.pointer,
        y + block * output.block, scratch.pointer)
    }
  }

  func inputGradient(_ dy: Tensor, _ w: Tensor) -> Tensor {
    let kernels = kernels.convolution
    let arranged = Storage(count: Int(kernels.weightCount(sizes)))
    kernels.arrangeForInputGradient(sizes, w.pointer, arranged.pointer)
    let strips = Int(kernels.inputGradientStrips(sizes))
    let dx = Storage(count: input.shape.product)
    let scratchCount = Int(kernels.inputGradientScratchCount(sizes))
    Parallel.forEach(input.blocks * strips, work: work) { part in
      let (block, strip) = part.quotientAndRemainder(dividingBy: strips)
      let scratch = Storage(count: scratchCount)
      kernels.inputGradient(
        sizes, Int32(strip), dy.pointer + block * output.block, arranged.pointer,
        dx.pointer + block * input.block, scratch.pointer)
    }
    return Tensor(shape: input.shape, storage: dx, node: nil)
  }

  /// Lane blocks are summed in at most eight groups, and these in Double in their order.
  func weightGradient(_ x: Tensor, _ dy: Tensor) -> Tensor {
    let kernels = kernels.convolution
    let groups = min(input.blocks, 8)
    let count = weights.product
    let partial = Storage(count: groups * count)
    // Few examples leave too few groups for the cores: output channels are then split as well.
    let parts = groups < 8 ? min(8 / max(groups, 1), (output.channels + 3) / 4) : 1
    let channels = ((output.channels + parts - 1) / parts + 3) / 4 * 4
    let scratchCount = Int(kernels.weightGradientScratchCount(sizes))
    Parallel.forEach(groups * parts, work: work) { index in
      let (group, part) = index.quotientAndRemainder(dividingBy: parts)
      let first = part * channels
      let range = first..<max(first, min(first + channels, output.channels))
      let sum = partial.pointer + group * count
      (sum + range.lowerBound * count / output.channels)
        .update(repeating: 0, count: range.count * count / output.channels)
      let scratch = Storage(count: scratchCount)
      for block in group * input.blocks / groups..<(group + 1) * input.blocks / groups {
        kernels.weightGradient(
          sizes, Int32(range.lowerBound), Int32(range.upperBound),
          x.pointer + block * input.block, dy.pointer + block * output.block, sum,
          scratch.pointer)
      }
    }
    return Tensor(shape: weights) { gradient in
      for i in 0..<count {
        var sum = 0.0
        for group in 0..<groups { sum += Double(partial.pointer[group * count + i]) }
        gradient[i] = Float(sum)
      }
    }
  }
}
