import CZlib
import Foundation
package import Tensors

/// The CRC-32 checksum that zip and gzip use.
package struct Checksum {
  package private(set) var value: UInt32 = 0

  package init() {}

  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    value = UInt32(
      crc32_z(uLong(value), start.assumingMemoryBound(to: UInt8.self), bytes.count))
  }
}

extension Checksum {
  /// The checksum of named tensors: their names, shapes and scalars.
  package init(of tensors: [String: Tensor]) {
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      add("\(name) \(tensor.shape)\n")
      tensor.withUnsafeBufferPointer { add(UnsafeRawBufferPointer($0)) }
    }
  }

  package mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  /// The checksum in eight hexadecimal digits.
  package var text: String { String(format: "%08x", value) }
}
