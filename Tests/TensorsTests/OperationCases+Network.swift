import Tensors

/// The operations of networks, on maps that are packed before them and unpacked after them.
let networkCases: [OperationCase] =
  convolutionCases + depthwiseCases + normalizationCases + poolingCases

private let convolutionCases: [OperationCase] = [
  ConvolutionReference(examples: 2, inputs: 1, outputs: 3, height: 3, width: 4),
  ConvolutionReference(examples: 2, inputs: 2, outputs: 5, height: 4, width: 3, stride: 2),
  ConvolutionReference(
    examples: 2, inputs: 3, outputs: 2, height: 4, width: 5, kernel: 1, stride: 2, padding: 0),
  ConvolutionReference(
    examples: 1, inputs: 2, outputs: 2, height: 5, width: 4, kernel: 4, stride: 3, padding: 2),
].map { sizes in
  OperationCase(
    name: "convolved stride \(sizes.stride) padding \(sizes.padding)",
    shapes: [sizes.input, sizes.weights],
    operation: { x in
      x[0].packedLanes().convolved(with: x[1], stride: sizes.stride, padding: sizes.padding)
        .unpackedLanes(examples: sizes.examples)
    },
    reference: { sizes($0[0], $0[1]) })
}

private let depthwiseCases: [OperationCase] = [
  ConvolutionReference(examples: 2, inputs: 1, outputs: 1, height: 3, width: 4),
  ConvolutionReference(examples: 2, inputs: 1, outputs: 1, height: 4, width: 3, stride: 2),
  ConvolutionReference(
    examples: 1, inputs: 1, outputs: 1, height: 5, width: 4, kernel: 4, stride: 3, padding: 2),
  ConvolutionReference(
    examples: 2, inputs: 1, outputs: 1, height: 3, width: 2, kernel: 2, stride: 2, padding: 3),
  // More examples than a block of lanes has.
  ConvolutionReference(examples: 33, inputs: 1, outputs: 1, height: 2, width: 1, padding: 1),
].map { sizes in
  let channels = 3
  return OperationCase(
    name: "depthwiseConvolved stride \(sizes.stride) padding \(sizes.padding)",
    shapes: [
      [sizes.examples, channels, sizes.height, sizes.width],
      [channels, 1, sizes.kernel, sizes.kernel],
    ],
    operation: { x in
      x[0].packedLanes()
        .depthwiseConvolved(with: x[1], stride: sizes.stride, padding: sizes.padding)
        .unpackedLanes(examples: sizes.examples)
    },
    reference: { x in
      let (pixels, taps) = (sizes.height * sizes.width, sizes.kernel * sizes.kernel)
      var one = sizes
      one.examples = 1
      return (0..<sizes.examples * channels).flatMap { map in
        let channel = map % channels
        return one(
          Array(x[0][map * pixels..<(map + 1) * pixels]),
          Array(x[1][channel * taps..<(channel + 1) * taps]))
      }
    })
}

private let maps = [3, 2, 3, 3]
private let examples = 3

/// Batch normalisation, with and without a residual and a cut below zero.
private let normalizationCases: [OperationCase] =
  [false, true].flatMap { rectified in
    [false, true].flatMap { adds -> [OperationCase] in
      let shapes = [maps, [2], [2]] + (adds ? [maps] : [])
      @Sendable func finished(_ y: [Double], _ x: [[Double]]) -> [Double] {
        let sum = adds ? zip(y, x[3]).map { $0 + $1 } : y
        return rectified ? sum.map { max($0, 0) } : sum
      }
      return [
        OperationCase(name: "batchNormalized", shapes: shapes) { x in
          x[0].packedLanes().batchNormalized(
            examples: examples, scale: x[1], shift: x[2],
            adding: adds ? x[3].packedLanes() : nil, rectified: rectified
          ).result.unpackedLanes(examples: examples)
        } reference: { x in
          let y = Maps(maps, x[0]).mapChannels { c, x1 in
            let mean = x1.reduce(0, +) / Double(x1.count)
            let variance = x1.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(x1.count)
            return x1.map { ($0 - mean) / (variance + 1e-5).squareRoot() * x[1][c] + x[2][c] }
          }
          return finished(y, x)
        },
        OperationCase(name: "normalized(by:)", shapes: shapes) { x in
          x[0].packedLanes().normalized(
            by: ChannelStatistics(
              mean: Tensor([0.5, -1], shape: [2]), variance: Tensor([0.25, 4], shape: [2])),
            examples: examples, scale: x[1], shift: x[2],
            adding: adds ? x[3].packedLanes() : nil, rectified: rectified
          ).unpackedLanes(examples: examples)
        } reference: { x in
          let y = Maps(maps, x[0]).mapChannels { c, x1 in
            let (mean, deviation) = [(0.5, 0.25001.squareRoot()), (-1, 4.00001.squareRoot())][c]
            return x1.map { ($0 - mean) / deviation * x[1][c] + x[2][c] }
          }
          return finished(y, x)
        },
      ]
    }
  }

private let poolingCases: [OperationCase] =
  [
    OperationCase(name: "globalAveragePooled", shapes: [maps]) {
      $0[0].packedLanes().globalAveragePooled(examples: examples)
    } reference: { x in
      (0..<6).map { i in sum(9) { x[0][i * 9 + $0] } / 9 }
    },
    OperationCase(name: "packedLanes", shapes: [[17, 2, 1, 5]]) {
      $0[0].packedLanes().unpackedLanes(examples: 17)
    } reference: {
      $0[0]
    },
  ]
