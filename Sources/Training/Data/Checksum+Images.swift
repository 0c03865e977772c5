package import TensorFiles

extension Checksum {
  /// The checksum of the pixels alone, N·C·H·W bytes, or of the features, N·D numbers of Float32.
  package init(ofPixels images: ImageDataSet) {
    self.init()
    add(pixelsOf: images)
  }

  /// The checksum of images, their labels and their sizes.
  package init(of images: ImageDataSet) {
    self.init()
    let shape = images.shape
    let channels = shape.channels == 1 ? "" : "\(shape.channels) "
    add("\(images.count) \(channels)\(shape.height) \(shape.width) \(images.classes)\n")
    add(pixelsOf: images)
    // A label takes one byte if that tells all classes apart.
    if images.classes.count <= 256 {
      images.labels.map { UInt8($0) }.withUnsafeBytes { add($0) }
    } else {
      images.labels.map { $0.littleEndian }.withUnsafeBytes { add($0) }
    }
    if !images.isLabelled { add("no labels\n") }
    images.forEachPartOfSoftLabels { $0.withUnsafeBytes { add($0) } }
  }

  private mutating func add(pixelsOf images: ImageDataSet) {
    if images.isOfFeatures {
      images.forEachPartOfFeatures { $0.withUnsafeBytes { add($0) } }
    } else {
      images.forEachPart { $0.withUnsafeBytes { add($0) } }
    }
  }
}
