import TensorFiles

/// A place where images are: the memory, or a file.
///
/// Sources are classes, so that two sets of images can tell whether they have the same one.
package protocol ImageSource: AnyObject, Sendable {
  /// Writes the C·H·W bytes of the image at an index.
  func read(_ index: Int, into bytes: UnsafeMutableBufferPointer<UInt8>)
}

/// A place where examples of features are: the memory, or a file.
package protocol FeatureSource: AnyObject, Sendable {
  /// Writes the D numbers of the example at an index.
  func read(_ index: Int, into numbers: UnsafeMutableBufferPointer<Float>)
}

/// Numbers in memory, the same number of them for each example.
final class Held<Number: BitwiseCopyable & Sendable>: Sendable {
  private let numbers: [Number]
  private let size: Int

  init(_ numbers: [Number], each size: Int) { (self.numbers, self.size) = (numbers, size) }

  func read(_ index: Int, into numbers: UnsafeMutableBufferPointer<Number>) {
    _ = numbers.initialize(fromContentsOf: self.numbers[index * size..<(index + 1) * size])
  }
}

extension Held: ImageSource where Number == UInt8 {}
extension Held: FeatureSource where Number == Float {}

/// The images of another source with left and right exchanged.
final class MirroredImages: ImageSource {
  private let source: any ImageSource
  private let shape: ImageShape

  init(_ source: any ImageSource, of shape: ImageShape) {
    (self.source, self.shape) = (source, shape)
  }

  func read(_ index: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) {
    source.read(index, into: bytes)
    for row in 0..<shape.channels * shape.height {
      bytes[row * shape.width..<(row + 1) * shape.width].reverse()
    }
  }
}
