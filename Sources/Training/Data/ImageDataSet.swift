import Tensors

/// Images with labels: N images of C channels of H×W pixels, with one byte for each value.
public struct ImageDataSet: Sendable {
  /// The name of the set, for example `fashion-mnist`.
  public var name: String
  /// The shape that all images have.
  public let shape: ImageShape
  /// The class of every image: N indices into `classes`.
  public let labels: [UInt16]
  /// The names of the classes, indexed by the labels.
  public var classes: [String]

  /// The place where the images are.
  private let source: any ImageSource
  /// The image of `source` that stands at each index; `nil` if it is the one of that index.
  private let places: [Int]?

  /// The number of images.
  public var count: Int { labels.count }

  /// A set of `labels.count` images.
  ///
  /// - Parameters:
  ///   - name: The name of the set.
  ///   - images: The values of all images, one image after another, each channel after channel and
  ///     row after row, from 0 (black) to 255 (white): N·C·H·W bytes.
  ///   - labels: The class of every image.
  ///   - shape: The shape of an image.
  ///   - classes: The names of at most 65,536 classes.
  /// - Precondition: `images` holds `labels.count · shape.count` bytes, and every label is an index
  ///   into `classes`.
  public init(
    name: String, images: [UInt8], labels: [some BinaryInteger], shape: ImageShape,
    classes: [String]
  ) {
    require(
      images.count == labels.count * shape.count,
      """
      [image data set] \(images.count) bytes of pixels and \(labels.count) labels do not make \
      images of \(shape)
      """)
    self.init(
      name: name, source: HeldImages(images, of: shape), labels: labels, shape: shape,
      classes: classes)
  }

  /// A set of the images of a source, which has one for each label.
  package init(
    name: String, source: any ImageSource, labels: [some BinaryInteger], shape: ImageShape,
    classes: [String]
  ) {
    require(classes.count <= 1 << 16, "[image data set] \(classes.count) classes")
    require(
      labels.allSatisfy { $0 >= 0 && $0 < classes.count },
      "[image data set] a label is not an index into \(classes.count) classes")
    self.init(
      name: name, source: source, places: nil, labels: labels.map { UInt16($0) }, shape: shape,
      classes: classes)
  }

  private init(
    name: String, source: any ImageSource, places: [Int]?, labels: [UInt16], shape: ImageShape,
    classes: [String]
  ) {
    (self.name, self.source, self.places) = (name, source, places)
    (self.labels, self.shape, self.classes) = (labels, shape, classes)
  }
}

extension ImageDataSet {
  /// The images at these indices, in their order. Their pixels are not copied.
  public func subset(at indices: [Int]) -> ImageDataSet {
    ImageDataSet(
      name: name, source: source,
      places: places.map { places in indices.map { places[$0] } }
        ?? indices,
      labels: indices.map { labels[$0] }, shape: shape, classes: classes)
  }

  /// Every image with left and right exchanged.
  var mirrored: ImageDataSet {
    ImageDataSet(
      name: name, source: MirroredImages(source, of: shape), places: places, labels: labels,
      shape: shape, classes: classes)
  }

  /// Whether another set has the same images in the same order, from the same place.
  package func hasSameImages(as other: ImageDataSet) -> Bool {
    source === other.source && places == other.places && labels == other.labels
  }

  /// The image at an index.
  package func image(at index: Int) -> Image {
    Image(
      pixels: [UInt8](unsafeUninitializedCapacity: shape.count) { bytes, count in
        read(index, into: bytes)
        count = shape.count
      }, shape: shape)
  }

  /// The values of all images, one image after another: N·C·H·W bytes, which are copied.
  public var images: [UInt8] { bytes(of: 0..<count) }

  /// Gives `body` the values of all images in order, some images at a time.
  package func forEachPart(_ body: ([UInt8]) -> Void) {
    let length = max(1, (1 << 20) / max(shape.count, 1))
    for start in stride(from: 0, to: count, by: length) {
      body(bytes(of: start..<min(start + length, count)))
    }
  }

  private func bytes(of indices: Range<Int>) -> [UInt8] {
    let size = shape.count
    return [UInt8](unsafeUninitializedCapacity: indices.count * size) { bytes, filled in
      for (position, index) in indices.enumerated() {
        read(
          index,
          into: UnsafeMutableBufferPointer(
            rebasing: bytes[position * size..<(position + 1) * size]))
      }
      filled = indices.count * size
    }
  }

  private func read(_ index: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) {
    source.read(places.map { $0[index] } ?? index, into: bytes)
  }
}
