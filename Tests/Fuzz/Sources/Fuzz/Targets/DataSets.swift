import TensorFiles

extension FuzzTarget {
  /// A file holds images, labels or neither, and exactly as many as it says.
  static let idx = FuzzTarget(name: "idx") { bytes in
    let path = Scratch.file("input-ubyte", bytes)
    let images = accepted(unless: TensorFileError.self) { try IDX.images(in: path) }
    if let images {
      check(
        images.pixels.count == images.count * images.height * images.width,
        "\(images.pixels.count) pixels of \(images.count)×\(images.height)×\(images.width)")
    }
    let labels = accepted(unless: TensorFileError.self) { try IDX.labels(in: path) }
    check(images == nil || labels == nil, "a file of images and of labels")
  }
}
