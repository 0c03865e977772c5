import Tensors

/// Images with labels: N images of C channels of H×W pixels, with one byte for each value.
///
/// A set may hold features in their place: N examples of D numbers each. Its shape is then D
/// channels of one pixel, and each feature is normalised as a channel is.
public struct ImageDataSet: Sendable {
  /// The name of the set, for example `fashion-mnist`.
  public var name: String
  /// The shape that all images have.
  public let shape: ImageShape
  /// The class of every image: N indices into `classes`. If the data have soft labels, it is the one that is most
  /// probable; if they have no labels, it is 0 and means nothing.
  public let labels: [UInt16]
  /// The names of the classes, indexed by the labels.
  public var classes: [String]

  private let content: Content
  /// The example of the source that stands at each index; `nil` if it is the one of that index.
  private let places: [Int]?
  /// What the data say of the class of each example of the source.
  private let labelling: Labelling

  /// What data say of the class of an example.
  package enum Labelling: Sendable {
    /// Its class alone.
    case classes
    /// The probability of each class.
    case soft(any FeatureSource)
    /// Nothing.
    case none
  }

  private enum Content: Sendable {
    case images(any ImageSource)
    case features(any FeatureSource)

    var source: AnyObject {
      switch self {
      case .images(let source): source
      case .features(let source): source
      }
    }
  }

  /// The number of images.
  public var count: Int { labels.count }

  /// Whether the set holds features in place of images.
  public var isOfFeatures: Bool { if case .features = content { true } else { false } }

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
      name: name, source: Held(images, each: shape.count), labels: labels, shape: shape,
      classes: classes)
  }

  /// A set of `labels.count` examples of features.
  ///
  /// - Parameters:
  ///   - name: The name of the set.
  ///   - features: The finite numbers of all examples, one example after another: N·D of them.
  ///   - labels: The class of every example.
  ///   - classes: The names of at most 65,536 classes.
  /// - Precondition: Every example has the same number of features, and every label is an index into
  ///   `classes`.
  public init(
    name: String, features: [Float], labels: [some BinaryInteger], classes: [String]
  ) {
    let width = features.count / max(labels.count, 1)
    require(
      features.count == labels.count * width,
      "[data set] \(features.count) features and \(labels.count) labels")
    self.init(
      name: name, features: Held(features, each: width), width: width, labels: labels,
      classes: classes)
  }

  /// A set of the images of a source, which has one for each label.
  package init(
    name: String, source: any ImageSource, labels: [some BinaryInteger],
    labelling: Labelling = .classes, shape: ImageShape, classes: [String]
  ) {
    self.init(
      name: name, .images(source), labels: Self.checked(labels, classes), labelling, shape: shape,
      classes: classes)
  }

  /// A set of the features of a source, which has `width` numbers for each label.
  package init(
    name: String, features: any FeatureSource, width: Int, labels: [some BinaryInteger],
    labelling: Labelling = .classes, classes: [String]
  ) {
    self.init(
      name: name, .features(features), labels: Self.checked(labels, classes), labelling,
      shape: ImageShape(channels: width, height: 1, width: 1), classes: classes)
  }

  private init(
    name: String, _ content: Content, places: [Int]? = nil, labels: [UInt16],
    _ labelling: Labelling, shape: ImageShape, classes: [String]
  ) {
    (self.name, self.content, self.places) = (name, content, places)
    self.labelling = labelling
    (self.labels, self.shape, self.classes) = (labels, shape, classes)
  }

  private static func checked(_ labels: [some BinaryInteger], _ classes: [String]) -> [UInt16] {
    require(classes.count <= 1 << 16, "[image data set] \(classes.count) classes")
    return labels.map { label in
      require(
        label >= 0 && label < classes.count,
        "[image data set] label \(label) is not an index into \(classes.count) classes")
      return UInt16(label)
    }
  }
}

extension ImageDataSet {
  /// The images at these indices, in their order. Their pixels are not copied.
  public func subset(at indices: [Int]) -> ImageDataSet {
    ImageDataSet(
      name: name, content, places: places.map { places in indices.map { places[$0] } } ?? indices,
      labels: indices.map { labels[$0] }, labelling, shape: shape, classes: classes)
  }

  /// The same examples, whose class i is the class at `places[i]` among others. Of soft labels, the class that is most
  /// probable is left.
  package func relabelled(_ places: [Int], as classes: [String]) -> ImageDataSet {
    ImageDataSet(
      name: name, content, places: self.places,
      labels: Self.checked(labels.map { places[Int($0)] }, classes), isLabelled ? .classes : .none,
      shape: shape,
      classes: classes)
  }

  /// Every image with left and right exchanged.
  ///
  /// - Precondition: The set is not of features.
  var mirrored: ImageDataSet {
    ImageDataSet(
      name: name, .images(MirroredImages(images(for: "mirrored"), of: shape)), places: places,
      labels: labels, labelling, shape: shape, classes: classes)
  }

  /// Whether another set has the same images in the same order, from the same place.
  package func hasSameImages(as other: ImageDataSet) -> Bool {
    content.source === other.content.source && places == other.places && labels == other.labels
  }

  /// The image at an index.
  ///
  /// - Precondition: The set is not of features.
  package func image(at index: Int) -> Image {
    let source = images(for: "image(at:)")
    return Image(
      pixels: [UInt8](unsafeUninitializedCapacity: shape.count) { bytes, count in
        source.read(
          place(of: index), into: UnsafeMutableBufferPointer(rebasing: bytes[..<shape.count]))
        count = shape.count
      }, shape: shape)
  }

  /// The values of all images, one image after another: N·C·H·W bytes, which are copied.
  ///
  /// - Precondition: The set is not of features.
  public var images: [UInt8] { bytes(of: 0..<count) }

  /// The features of the examples at these indices, one example after another.
  ///
  /// - Precondition: The set is of features.
  package func features(at indices: [Int]) -> [Float] {
    guard case .features(let source) = content else { fatalError("[data set] it is of images") }
    return all(indices, of: shape.count, source.read)
  }

  /// Whether the data say how probable each class is.
  package var hasSoftLabels: Bool { if case .soft = labelling { true } else { false } }

  /// Whether the data say anything of the classes of examples.
  package var isLabelled: Bool { if case .none = labelling { false } else { true } }

  /// The probability of each class, of the examples at these indices: a row for each of them.
  ///
  /// - Precondition: The set has soft labels.
  package func softLabels(at indices: some Collection<Int>) -> [Float] {
    guard case .soft(let source) = labelling else {
      fatalError("[data set] it has no soft labels")
    }
    return all(indices, of: classes.count, source.read)
  }

  /// Gives `body` the values of all images in order, some images at a time.
  ///
  /// - Precondition: The set is not of features.
  package func forEachPart(_ body: ([UInt8]) -> Void) {
    for part in parts { body(bytes(of: part)) }
  }

  /// Gives `body` the soft labels of all examples in order, some examples at a time; nothing if there are none.
  package func forEachPartOfSoftLabels(_ body: ([Float]) -> Void) {
    guard hasSoftLabels else { return }
    for part in parts { body(softLabels(at: part)) }
  }

  /// Gives `body` the features of all examples in order, some examples at a time.
  ///
  /// - Precondition: The set is of features.
  package func forEachPartOfFeatures(_ body: ([Float]) -> Void) {
    for part in parts { body(features(at: Array(part))) }
  }

  /// The indices, cut into ranges of about a megabyte.
  private var parts: [Range<Int>] {
    let length = max(1, (1 << 20) / max(shape.count, 1))
    return stride(from: 0, to: count, by: length).map { $0..<min($0 + length, count) }
  }

  private func bytes(of indices: Range<Int>) -> [UInt8] {
    all(indices, of: shape.count, images(for: "images").read)
  }

  /// The values of the examples at these indices, so many of each.
  private func all<Number>(
    _ indices: some Collection<Int>, of size: Int,
    _ read: (Int, UnsafeMutableBufferPointer<Number>) -> Void
  ) -> [Number] {
    [Number](unsafeUninitializedCapacity: indices.count * size) { numbers, filled in
      for (position, index) in indices.enumerated() {
        read(
          place(of: index),
          UnsafeMutableBufferPointer(rebasing: numbers[position * size..<(position + 1) * size]))
      }
      filled = indices.count * size
    }
  }

  /// The place of an image in the data that this set was taken from.
  package func place(of index: Int) -> Int { places.map { $0[index] } ?? index }

  private func images(for operation: String) -> any ImageSource {
    guard case .images(let source) = content else {
      fatalError("[data set] \(operation) of a set of features")
    }
    return source
  }
}

extension ImageDataSet {
  /// The channels, rows and columns of an image; of a set of features, their number.
  package var shapeOfExample: [Int] {
    isOfFeatures ? [shape.channels] : [shape.channels, shape.height, shape.width]
  }
}
