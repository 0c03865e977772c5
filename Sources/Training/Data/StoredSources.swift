import TensorFiles

/// Images in a file, each of which is read when it is needed.
final class StoredImages: ImageSource {
  private let elements: PlainElements
  private let layout: PixelLayout
  private let shape: ImageShape
  /// The number of bytes from one image to the next, and of those in front of an image's.
  private let stride, offset: Int

  /// Images that lie `stride` bytes apart, the first of them after `offset` bytes.
  init(
    _ elements: PlainElements, of shape: ImageShape, layout: PixelLayout = .nchw,
    stride: Int? = nil, offset: Int = 0
  ) {
    (self.elements, self.shape, self.layout) = (elements, shape, layout)
    (self.stride, self.offset) = (stride ?? shape.count, offset)
  }

  func read(_ index: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) {
    elements.fill(UnsafeMutableRawBufferPointer(bytes), from: index * stride + offset)
    if layout == .nhwc { bytes.separateChannels(of: shape) }
  }
}

/// Examples of features in a file, each of which is read when it is needed.
final class StoredFeatures: FeatureSource {
  private let elements: PlainElements

  init(_ elements: PlainElements) { self.elements = elements }

  func read(_ index: Int, into numbers: UnsafeMutableBufferPointer<Float>) {
    elements.fill(
      UnsafeMutableRawBufferPointer(numbers),
      from: index * numbers.count * MemoryLayout<Float>.size)
  }
}

extension PlainElements {
  /// Fills `buffer`. A file that can no longer be read ends the program, as a mapped file would:
  /// there is no number to go on with.
  fileprivate func fill(_ buffer: UnsafeMutableRawBufferPointer, from offset: Int) {
    do {
      try read(at: offset, into: buffer)
    } catch {
      fatalError("[data] \(error)")
    }
  }
}
