package import TensorFiles

extension Checksum {
  /// The checksum of images, their labels and their sizes.
  package init(of images: ImageDataSet) {
    self.init()
    add("\(images.count) \(images.height) \(images.width) \(images.classes)\n")
    images.images.withUnsafeBytes { add($0) }
    images.labels.withUnsafeBytes { add($0) }
  }
}
