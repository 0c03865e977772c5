import CKernels

/// The mean and the variance of each channel.
public struct ChannelStatistics: Sendable {
  /// The means, [C].
  public var mean: Tensor
  /// [C]. The variance of a batch is the sum of squared deviations divided by one less than their
  /// number.
  public var variance: Tensor

  /// These means and variances, each [C].
  public init(mean: Tensor, variance: Tensor) {
    (self.mean, self.variance) = (mean, variance)
  }

  /// Mean 0 and variance 1, from which running statistics start.
  public init(channels: Int) {
    self.init(
      mean: Tensor(repeating: 0, shape: [channels]),
      variance: Tensor(repeating: 1, shape: [channels]))
  }

  /// Running statistics after a batch: (1 − momentum)·self + momentum·batch.
  public func updated(with batch: ChannelStatistics, momentum: Float = 0.1) -> ChannelStatistics {
    func mix(_ old: Tensor, _ new: Tensor) -> Tensor {
      Tensor(zip(old.scalars, new.scalars).map { $0 + momentum * ($1 - $0) }, shape: old.shape)
    }
    return ChannelStatistics(
      mean: mix(mean, batch.mean), variance: mix(variance, batch.variance))
  }
}

extension Tensor {
  /// y = γ·(x − μ)/√(σ² + ε) + β, with the mean μ and the variance σ² of each channel in this
  /// batch. If asked, a residual r is added and the sum is cut off below zero: max(y + r, 0).
  ///
  /// This tensor holds packed feature maps of N examples, [⌈N/16⌉, C, H, W, 16]; see
  /// ``packedLanes()``. γ and β are [C], and a residual has the shape of the maps; other shapes trap.
  /// The statistics that are returned, those of this batch, are constants.
  public func batchNormalized(
    examples: Int, scale: Tensor, shift: Tensor, adding residual: Tensor? = nil,
    rectified: Bool = false, epsilon: Double = 1e-5
  ) -> (result: Tensor, statistics: ChannelStatistics) {
    let moments = channelMoments(examples: examples)
    let normalization = Normalization(
      self, examples: examples, moments: moments, isOfBatch: true, scale: scale, shift: shift,
      residual: residual, rectified: rectified, epsilon: epsilon)
    let inputs = [self, scale, shift] + (residual.map { [$0] } ?? [])
    let count = Double(examples * shape[2] * shape[3])
    let statistics = ChannelStatistics(
      mean: Tensor(moments.map { Float($0.mean) }, shape: [moments.count]),
      variance: Tensor(
        moments.map { Float($0.variance * count / max(count - 1, 1)) }, shape: [moments.count]))
    return (normalization.result(of: inputs), statistics)
  }

  /// Batch normalisation at inference:
  /// ``batchNormalized(examples:scale:shift:adding:rectified:epsilon:)`` with known statistics, which
  /// are constants.
  public func normalized(
    by statistics: ChannelStatistics, examples: Int, scale: Tensor, shift: Tensor,
    adding residual: Tensor? = nil, rectified: Bool = false, epsilon: Double = 1e-5
  ) -> Tensor {
    let moments = zip(statistics.mean.scalars, statistics.variance.scalars)
      .map { ChannelMoments(mean: Double($0), variance: Double($1)) }
    return Normalization(
      self, examples: examples, moments: moments, isOfBatch: false, scale: scale, shift: shift,
      residual: residual, rectified: rectified, epsilon: epsilon
    ).result(of: [self, scale, shift] + (residual.map { [$0] } ?? []))
  }
}

/// The mean and the variance, biased, of one channel.
private struct ChannelMoments {
  var mean, variance: Double
}

extension Tensor {
  /// The moments over examples and pixels: every plane's in Double, merged over blocks in their order.
  fileprivate func channelMoments(examples: Int) -> [ChannelMoments] {
    let lanes = Lanes(shape, "batchNormalized")
    lanes.check(examples, "batchNormalized")
    require(
      examples * lanes.pixels > 0, "[batchNormalized] shape \(shape) has nothing to normalize by")
    let kernels = kernels.normalization
    let planes = [ChannelMoments](unsafeUninitializedCapacity: lanes.blocks * lanes.channels) {
      planes, count in
      count = planes.count
      lanes.forEachPlane { index, block, _ in
        var (mean, squares) = (0.0, 0.0)
        kernels.moments(
          pointer + index * lanes.plane, Int64(lanes.pixels),
          Int32(lanes.lanes(inBlock: block, of: examples)), &mean, &squares)
        planes.initializeElement(at: index, to: ChannelMoments(mean: mean, variance: squares))
      }
    }
    return (0..<lanes.channels).map { channel in
      var (count, mean, squares) = (0.0, 0.0, 0.0)
      for block in 0..<lanes.blocks {
        let plane = planes[block * lanes.channels + channel]
        let more = Double(lanes.lanes(inBlock: block, of: examples))
        let difference = plane.mean - mean
        mean += difference * more / (count + more)
        squares +=
          plane.variance
          + difference * difference * count * more / (count + more) * Double(lanes.pixels)
        count += more
      }
      return ChannelMoments(mean: mean, variance: squares / (count * Double(lanes.pixels)))
    }
  }
}

/// One batch normalisation: its result and its derivative. All tensors in it are constants.
private struct Normalization: Sendable {
  let x: Tensor
  let residual: Tensor?
  let examples: Int
  let lanes: Lanes
  let isOfBatch, rectified: Bool
  let moments: [ChannelMoments]
  /// 1/√(σ² + ε).
  let inverse: [Double]
  /// γ/√(σ² + ε) and β − μ·γ/√(σ² + ε).
  let factor, term: [Float]

  init(
    _ x: Tensor, examples: Int, moments: [ChannelMoments], isOfBatch: Bool, scale: Tensor,
    shift: Tensor, residual: Tensor?, rectified: Bool, epsilon: Double
  ) {
    lanes = Lanes(x.shape, "normalized")
    lanes.check(examples, "normalized")
    require(
      scale.shape == [lanes.channels] && shift.shape == [lanes.channels]
        && moments.count == lanes.channels,
      "[normalized] shape \(x.shape) with scale \(scale.shape), shift \(shift.shape) and "
        + "statistics of \(moments.count) channels")
    require(
      residual == nil || residual?.shape == x.shape,
      "[normalized] shapes \(x.shape) and \(residual?.shape ?? []) differ")
    (self.x, self.residual) = (x.detached, residual?.detached)
    (self.examples, self.moments) = (examples, moments)
    (self.isOfBatch, self.rectified) = (isOfBatch, rectified)
    let inverse = moments.map { 1 / ($0.variance + epsilon).squareRoot() }
    let (γ, β) = (scale.scalars, shift.scalars)
    self.inverse = inverse
    factor = moments.indices.map { Float(Double(γ[$0]) * inverse[$0]) }
    term = moments.indices.map {
      Float(Double(β[$0]) - moments[$0].mean * Double(γ[$0]) * inverse[$0])
    }
  }

  private func lanes(_ block: Int) -> Int32 { Int32(lanes.lanes(inBlock: block, of: examples)) }

  /// The result, computed from x, γ, β and perhaps the residual.
  func result(of inputs: [Tensor]) -> Tensor {
    let kernels = kernels.normalization
    let y = Storage(count: x.count)
    lanes.forEachPlane { index, block, channel in
      let offset = index * lanes.plane
      kernels.normalize(
        x.pointer + offset, residual.map { $0.pointer + offset }, Int64(lanes.pixels),
        lanes(block), factor[channel], term[channel], rectified, y.pointer + offset)
    }
    return Tensor(shape: x.shape, storage: y, inputs: inputs) { dy in pullback(dy, y) }
  }

  private func pullback(_ dy: Tensor, _ y: Storage) -> [Tensor?] {
    let kernels = kernels.normalization
    let masksResidual = rectified && residual != nil
    // The entries of dy whose y was not cut off. Without a residual they are computed again from x.
    let kept = masksResidual ? Storage(count: x.count) : nil
    let planes = [SIMD2<Double>](unsafeUninitializedCapacity: lanes.blocks * lanes.channels) {
      planes, count in
      count = planes.count
      lanes.forEachPlane { index, block, channel in
        let offset = index * lanes.plane
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 2) { sums in
          guard let start = sums.baseAddress else { return }
          kernels.gradientSums(
            x.pointer + offset, dy.pointer + offset, masksResidual ? y.pointer + offset : nil,
            Int64(lanes.pixels), lanes(block), factor[channel], term[channel], rectified,
            Float(moments[channel].mean), kept.map { $0.pointer + offset }, start)
          planes.initializeElement(at: index, to: SIMD2(sums[0], sums[1]))
        }
      }
    }
    // Σ g and Σ g·(x − μ)/√(σ² + ε): ∂L/∂β and ∂L/∂γ.
    let sums = (0..<lanes.channels).map { channel in
      (0..<lanes.blocks).reduce(into: SIMD2<Double>.zero) {
        $0 += planes[$1 * lanes.channels + channel]
      } * SIMD2(1, inverse[channel])
    }
    let gradient = kept.map { Tensor(shape: x.shape, storage: $0, node: nil) } ?? dy
    let dx = inputGradient(gradient, sums: sums, masked: masksResidual)
    let dγ = Tensor(sums.map { Float($0.y) }, shape: [lanes.channels])
    let dβ = Tensor(sums.map { Float($0.x) }, shape: [lanes.channels])
    return residual == nil ? [dx, dγ, dβ] : [dx, dγ, dβ, gradient]
  }

  /// ∂L/∂x = γ/√(σ² + ε) · (g − Σg/M − x̂·Σ(g·x̂)/M), where M numbers made the statistics; only
  /// the first summand if these are constants.
  private func inputGradient(_ gradient: Tensor, sums: [SIMD2<Double>], masked: Bool) -> Tensor {
    let kernels = kernels.normalization
    let share = isOfBatch ? 1 / Double(examples * lanes.pixels) : 0
    let dx = Storage(count: x.count)
    lanes.forEachPlane { index, block, channel in
      let offset = index * lanes.plane
      let slope = Double(factor[channel])
      kernels.inputGradient(
        x.pointer + offset, gradient.pointer + offset, Int64(lanes.pixels), lanes(block),
        factor[channel], term[channel], rectified && !masked, Float(moments[channel].mean),
        factor[channel], Float(-slope * sums[channel].y * inverse[channel] * share),
        Float(-slope * sums[channel].x * share), dx.pointer + offset)
    }
    return Tensor(shape: x.shape, storage: dx, node: nil)
  }
}
