import Tensors

/// Grey images with labels: N images of H×W pixels, in row-major order, with one byte per pixel.
public struct ImageDataSet: Sendable {
  /// The name of the set, for example `fashion-mnist`.
  public var name: String
  /// The pixels of all images, one image after another: N·H·W bytes from 0 (black) to 255 (white).
  public var images: [UInt8]
  /// The class of every image: N indices into `classes`.
  public var labels: [UInt8]
  /// The number of rows in an image.
  public var height: Int
  /// The number of columns in an image.
  public var width: Int
  /// The names of the classes, indexed by the labels.
  public var classes: [String]

  /// The number of images.
  public var count: Int { labels.count }

  /// A set of `labels.count` images of `height`×`width` pixels.
  ///
  /// - Precondition: `images` holds `labels.count · height · width` bytes, and every label is an
  ///   index into `classes`.
  public init(
    name: String, images: [UInt8], labels: [UInt8], height: Int, width: Int, classes: [String]
  ) {
    require(
      images.count == labels.count * height * width,
      """
      [image data set] \(images.count) bytes of pixels and \(labels.count) labels do not make \
      images of \(height)×\(width)
      """)
    require(
      labels.allSatisfy { Int($0) < classes.count },
      "[image data set] a label is not an index into \(classes.count) classes")
    self.name = name
    self.images = images
    self.labels = labels
    self.height = height
    self.width = width
    self.classes = classes
  }
}
