package import Distillation
package import Tensors

/// A network that reads images in another size, or normalised otherwise, than the batches have them.
///
/// Each pixel that it reads is the mean of the area that it covers.
package struct AdaptedNetwork: Network {
  private let network: any Network
  /// What the batches have.
  private let given: ModelInput
  /// What the network reads.
  package let input: ModelInput

  /// A network that reads `input` of batches with the same channels.
  ///
  /// - Parameters:
  ///   - network: The network, for images of the shape that it reads.
  ///   - input: What it reads.
  ///   - given: What the batches have.
  package init(_ network: any Network, reading input: ModelInput, of given: ModelInput) {
    (self.network, self.input, self.given) = (network, input, given)
  }

  package var name: String { network.name }
  package var outputNames: [String] { network.outputNames }

  package func initialWeights(using random: inout Random) -> Weights {
    network.initialWeights(using: &random)
  }

  package func callAsFunction(
    _ images: Tensor, _ weights: Weights, _ pass: Pass, giving names: [String]
  ) -> (outputs: Outputs, statistics: [String: Tensor]) {
    network(adapted(images), weights, pass, giving: names)
  }

  /// The images as the network reads them.
  private func adapted(_ images: Tensor) -> Tensor {
    let (old, new) = (given.shape, input.shape)
    let rows = DecodedImage.shares(of: old.height, new.height)
    let columns = DecodedImage.shares(of: old.width, new.width)
    let scales = scales
    let shape =
      input.isOfFeatures ? images.shape : [images.shape[0], new.channels, new.height, new.width]
    return images.withUnsafeBufferPointer { pixels in
      Tensor(shape: shape) { scalars in
        for plane in 0..<images.shape[0] * new.channels {
          let (factor, summand) = scales[plane % new.channels]
          var place = plane * new.plane
          for row in rows {
            for column in columns {
              var mean = 0.0
              for (y, height) in row {
                for (x, width) in column {
                  mean += height * width * Double(pixels[plane * old.plane + y * old.width + x])
                }
              }
              scalars[place] = Tensor.Scalar(mean * factor + summand)
              place += 1
            }
          }
        }
      }
    }
  }

  /// What takes a normalised number to the network's own, for each channel: a factor and a summand.
  private var scales: [(factor: Double, summand: Double)] {
    let (old, new) = (given.normalization, input.normalization)
    return new.means.indices.map { channel in
      let deviation = new.standardDeviations[channel]
      return (
        old.standardDeviations[channel] / deviation,
        (old.means[channel] - new.means[channel]) / deviation
      )
    }
  }
}

extension Network {
  /// What the network reads of batches that have `given`.
  package func input(of given: ModelInput) -> ModelInput {
    (self as? AdaptedNetwork)?.input ?? given
  }
}
