import CKernels

// Networks hold feature maps sixteen examples side by side: [⌈N/16⌉, C, H, W, 16]. The innermost
// loop of every operation then runs over examples, so that a convolution of 4 channels is as fast
// as one of 64. The lanes of the last block that hold no example are zero, in activations and in
// gradients alike.

/// The shape of packed feature maps, [blocks, channels, height, width, 16].
struct Lanes {
  static let count = 16

  let blocks, channels, height, width: Int
}

extension Lanes {
  init(_ shape: [Int], _ operation: StaticString) {
    require(
      shape.count == 5 && shape[4] == Self.count,
      "[\(operation)] shape \(shape) is not that of packed lanes, [blocks, channels, height, "
        + "width, \(Self.count)]")
    self.init(blocks: shape[0], channels: shape[1], height: shape[2], width: shape[3])
  }

  var shape: [Int] { [blocks, channels, height, width, Self.count] }
  var pixels: Int { height * width }
  /// The floats of one channel of a block.
  var plane: Int { pixels * Self.count }
  /// The floats of a block.
  var block: Int { channels * plane }

  /// The number of examples in a block.
  func lanes(inBlock block: Int, of examples: Int) -> Int {
    min(Self.count, examples - block * Self.count)
  }

  func check(_ examples: Int, _ operation: StaticString) {
    require(
      (examples + Self.count - 1) / Self.count == blocks,
      "[\(operation)] shape \(shape) does not hold \(examples) examples")
  }

  /// Calls `body` with every plane's index in row-major order, its block and its channel.
  func forEachPlane(_ body: (_ plane: Int, _ block: Int, _ channel: Int) -> Void) {
    let together = max(1, 32_768 / max(plane, 1))
    Parallel.forEachRange(of: blocks * channels, length: together, work: blocks * block) { range in
      for index in range { body(index, index / channels, index % channels) }
    }
  }
}

extension Tensor {
  /// Images or feature maps [N, C, H, W], sixteen examples side by side: [⌈N/16⌉, C, H, W, 16].
  /// Missing examples are zero. Another rank traps.
  public func packedLanes() -> Tensor {
    require(rank == 4, "[packedLanes] shape \(shape) is not [N, C, H, W]")
    let examples = shape[0]
    let lanes = Lanes(
      blocks: (examples + Lanes.count - 1) / Lanes.count, channels: shape[1], height: shape[2],
      width: shape[3])
    return .operation(shape: lanes.shape, inputs: [self]) { result in
      lanes.pack(pointer, examples: examples, into: result)
    } pullback: {
      [$0.unpackedLanes(examples: examples)]
    }
  }

  /// The inverse of ``packedLanes()``: [⌈N/16⌉, C, H, W, 16] to [N, C, H, W]. A shape that does not
  /// hold so many examples traps.
  public func unpackedLanes(examples: Int) -> Tensor {
    let lanes = Lanes(shape, "unpackedLanes")
    lanes.check(examples, "unpackedLanes")
    let shape = [examples, lanes.channels, lanes.height, lanes.width]
    return .operation(shape: shape, inputs: [self]) { result in
      lanes.unpack(pointer, examples: examples, into: result)
    } pullback: {
      [$0.packedLanes()]
    }
  }
}

extension Lanes {
  fileprivate func pack(
    _ examples: UnsafePointer<Float>, examples count: Int, into result: UnsafeMutablePointer<Float>
  ) {
    let kernels = kernels.pooling
    forEachPlane { index, block, channel in
      kernels.pack(
        examples + (block * Self.count * channels + channel) * pixels, Int64(channels * pixels),
        Int64(pixels), Int32(lanes(inBlock: block, of: count)), result + index * plane)
    }
  }

  fileprivate func unpack(
    _ packed: UnsafePointer<Float>, examples count: Int, into result: UnsafeMutablePointer<Float>
  ) {
    let kernels = kernels.pooling
    forEachPlane { index, block, channel in
      kernels.unpack(
        packed + index * plane, Int64(pixels), Int32(lanes(inBlock: block, of: count)),
        Int64(channels * pixels), result + (block * Self.count * channels + channel) * pixels)
    }
  }
}
