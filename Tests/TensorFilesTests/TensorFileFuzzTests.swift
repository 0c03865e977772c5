import Foundation
import Tensors
import TestSupport
import Testing

@testable import TensorFiles

/// Files that are cut off at any place or wrong in any byte are read or refused, and nothing traps.
@Suite struct TensorFileFuzzTests {
  /// Calls `read` with the path of every mutation of a fixture, and returns the number of those
  /// refused.
  private func refusals(
    of name: String, as scratchName: String, _ read: (String) throws -> Void
  ) throws -> (truncated: Int, changed: Int, size: Int) {
    let folder = try ScratchFolder()
    let bytes = try Fixtures.bytes(name)
    let path = try folder.file(scratchName, bytes)
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    func isRefused() throws -> Bool {
      do {
        try read(path)
        return false
      } catch is TensorFileError {
        return true
      }
    }
    var changed = 0
    for (offset, byte) in bytes.enumerated() {
      for mutation in [byte ^ 1, byte ^ 0x80, byte ^ 0xFF, 0, 0xFF] where mutation != byte {
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: [mutation])
        if try isRefused() { changed += 1 }
      }
      try file.seek(toOffset: UInt64(offset))
      try file.write(contentsOf: [byte])
    }
    var truncated = 0
    for size in bytes.indices.reversed() {
      try file.truncate(atOffset: UInt64(size))
      if try isRefused() { truncated += 1 }
    }
    try file.close()
    return (truncated, changed, bytes.count)
  }

  @Test(arguments: [
    "f2.npy", "f4.npy", "i8.npy", "version2.npy", "scalar.npy", "empty.npy", "structured.npy",
    "stored.npz", "deflated.npz", "every-type.safetensors", "f32.safetensors",
  ])
  func survivesAnyByte(name: String) throws {
    let count = try refusals(of: name, as: name) { _ = try TensorFile.read($0) }
    #expect(count.truncated == count.size)
    #expect(count.changed > 0)
  }

  @Test(arguments: ["images-idx3-ubyte", "images-idx3-ubyte.gz"])
  func survivesAnyByteOfImages(name: String) throws {
    let count = try refusals(of: name, as: name) { _ = try IDX.images(in: $0) }
    #expect(count.truncated == count.size)
    #expect(count.changed > 0)
  }

  @Test(arguments: ["labels-idx1-ubyte", "labels-idx1-ubyte.gz"])
  func survivesAnyByteOfLabels(name: String) throws {
    let count = try refusals(of: name, as: name) { _ = try IDX.labels(in: $0) }
    #expect(count.truncated == count.size)
    #expect(count.changed > 0)
  }
}
