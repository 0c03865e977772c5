package import Distillation
package import Tensors

/// A teacher's outputs on every training image, computed once: on the images as they are and, if
/// the augmentation mirrors, on the mirrored images too.
package struct TeacherOutputs: Sendable {
  /// The outputs by name. Each has a row for every image, followed by a row for every mirrored
  /// image if there are any.
  package let tensors: [String: Tensor]
  private let count: Int

  /// The outputs of these names on the images of a batch.
  func callAsFunction(on batch: Batch, giving names: [OutputName]) -> Outputs {
    let rows = zip(batch.indices, batch.areMirrored).map { $0 + ($1 ? count : 0) }
    let wanted = names.compactMap { $0.resolved(among: tensors.keys) }
    return Outputs(
      tensors.filter { wanted.contains($0.key) }.mapValues { $0.rows(rows) }, on: batch)
  }

  /// Whether the outputs of an image can only take a few values, which are the same in every epoch.
  package static func areKnown(_ names: [OutputName], under augmentation: Augmentation) -> Bool {
    augmentation.crop == 0 && augmentation.shift == 0 && BatchOutputs(names).virtual.isEmpty
  }

  /// The number of scalars that each output has for one image.
  package var sizes: [String: Int] { tensors.mapValues { $0.count / max($0.shape[0], 1) } }

  /// The memory that the outputs take, in bytes.
  package var bytes: Int { tensors.values.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.size }

  /// Outputs that were computed before.
  package init(_ tensors: [String: Tensor], of count: Int) {
    (self.tensors, self.count) = (tensors, count)
  }
}

extension TeacherOutputs {
  /// Computes the outputs of a network on images, and on the mirrored images too if `isMirrored`.
  /// They are computed in batches and held once.
  package init(
    of network: Model, on images: ImageDataSet, giving names: [OutputName],
    isMirrored: Bool, normalizedBy normalization: PixelNormalization
  ) {
    let views = [images] + (isMirrored ? [images.mirrored] : [])
    func outputs(on batch: Batch) -> [(name: String, tensor: Tensor)] {
      network.outputs(on: batch.images, giving: names.map { "\($0)" }).tensors.sorted {
        $0.key < $1.key
      }
      .map { ($0.key, $0.value) }
    }
    let few = Batches(
      of: images.subset(at: Array(images.labels.indices.prefix(1))), size: 1,
      normalization: normalization)
    let known = few.first { _ in true }.map(outputs) ?? []
    let shapes = known.map { [images.count * views.count] + $0.tensor.shape.dropFirst() }
    let found = Tensor.filled(shapes) { memory in
      var rows = 0
      for view in views {
        for batch in Batches(of: view, size: Batches.ofInference, normalization: normalization) {
          for ((_, tensor), memory) in zip(outputs(on: batch), memory) {
            tensor.withUnsafeBufferPointer { scalars in
              let start = rows * (tensor.count / batch.labels.count)
              _ = memory[start..<start + scalars.count].initialize(fromContentsOf: scalars)
            }
          }
          rows += batch.labels.count
        }
      }
    }
    self.init(
      Dictionary(uniqueKeysWithValues: zip(known.map { $0.name }, found)), of: images.count)
  }
}

extension Tensor {
  /// Tensors of several shapes. One call of `body` writes the scalars of all of them.
  fileprivate static func filled(
    _ shapes: [[Int]], with body: ([UnsafeMutableBufferPointer<Scalar>]) -> Void
  ) -> [Tensor] {
    guard let shape = shapes.first else {
      body([])
      return []
    }
    var others: [Tensor] = []
    let tensor = Tensor(shape: shape) { memory in
      others = filled(Array(shapes.dropFirst())) { body([memory] + $0) }
    }
    return [tensor] + others
  }
}
