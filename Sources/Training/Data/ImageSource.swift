/// A place where images are: the memory, or a file.
///
/// Sources are classes, so that two sets of images can tell whether they have the same one.
package protocol ImageSource: AnyObject, Sendable {
  /// Writes the C·H·W bytes of the image at an index.
  func read(_ index: Int, into bytes: UnsafeMutableBufferPointer<UInt8>)
}

/// Images in memory.
final class HeldImages: ImageSource {
  private let bytes: [UInt8]
  private let size: Int

  init(_ bytes: [UInt8], of shape: ImageShape) { (self.bytes, size) = (bytes, shape.count) }

  func read(_ index: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) {
    _ = bytes.initialize(fromContentsOf: self.bytes[index * size..<(index + 1) * size])
  }
}

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
