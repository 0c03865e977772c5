import Foundation
import TestSupport
import Testing

@testable import TensorFiles

/// MNIST's file format, and the errors for files in other formats.
@Suite struct IDXTests {
  @Test(arguments: ["", ".gz"]) func reads(suffix: String) throws {
    let images = try IDX.images(in: Fixtures.path("images-idx3-ubyte" + suffix))
    #expect((images.count, images.height, images.width) == (3, 2, 4))
    #expect(images.pixels == Array(0..<24))
    #expect(try IDX.labels(in: Fixtures.path("labels-idx1-ubyte" + suffix)) == [2, 0, 9])
  }

  /// The content shows whether a file is compressed; its name does not matter.
  @Test func goesByContent() throws {
    let folder = try ScratchFolder()
    let plain = try folder.file("labels.gz", try Fixtures.bytes("labels-idx1-ubyte"))
    #expect(try IDX.labels(in: plain) == [2, 0, 9])
    let gzipped = try folder.file("labels", try Fixtures.bytes("labels-idx1-ubyte.gz"))
    #expect(try IDX.labels(in: gzipped) == [2, 0, 9])
  }

  /// Labels may be of any whole type along one axis. The error names a label that does not fit in a
  /// byte.
  @Test func wholeLabelsOfOtherTypes() throws {
    #expect(try IDX.labels(in: Fixtures.path("labels-idx1-short")) == [2, 0, 255])
    let folder = try ScratchFolder()
    for (content, text) in [
      (Self.header(0x0B01, 2) + [0, 3, 1, 0], "256"), (Self.header(0x0901, 2) + [3, 0xFF], "-1"),
      (Self.header(0x0C01, 2) + [0, 0, 0, 3, 0x80, 0, 0, 0], "-2147483648"),
    ] {
      let path = try folder.file("labels", content)
      #expect(
        throws: TensorFileError.malformed(
          file: path, tensor: nil, problem: "label 1 is \(text), not 0 to 255")
      ) { try IDX.labels(in: path) }
    }
  }

  /// The error names other types and axes.
  @Test(arguments: [
    (
      header(0x0C02, 3, 8) + [UInt8](repeating: 0, count: 96),
      "int32 along 2 axes, of shape [3, 8] (it starts with 0x00000c02)",
      "; in QMNIST's extended labels, the first of the 8 columns is the class"
    ),
    (
      header(0x0802, 3, 2) + [0, 1, 0, 1, 0, 1],
      "uint8 along 2 axes, of shape [3, 2] (it starts with 0x00000802)", ""
    ),
    (
      header(0x0D01, 2) + [UInt8](repeating: 0, count: 8),
      "float32 along 1 axis, of shape [2] (it starts with 0x00000d01)", ""
    ),
    (header(0x0E04, 1), "float64 along 4 axes (it starts with 0x00000e04)", ""),
  ])
  func namesOtherKinds(content: [UInt8], found: String, advice: String) throws {
    let folder = try ScratchFolder()
    for bytes in [content, Self.gzip(content)] {
      let path = try folder.file("labels", bytes)
      #expect(
        throws: TensorFileError.malformed(
          file: path, tensor: nil,
          problem: "it is an IDX file of \(found); expected an IDX file of labels "
            + "(0x00000801)\(advice)")
      ) { try IDX.labels(in: path) }
    }
    let path = try folder.file("images", Self.header(0x0D03, 1, 1, 1) + [0, 0, 0, 0])
    #expect(
      throws: TensorFileError.malformed(
        file: path, tensor: nil,
        problem: "it is an IDX file of float32 along 3 axes, of shape [1, 1, 1] (it starts with "
          + "0x00000d03); expected an IDX file of images (0x00000803)")
    ) { try IDX.images(in: path) }
  }

  @Test(arguments: [
    ("<!DOCTYPE html><html></html>", "0x3c21444f", "a web page (HTML)"),
    (
      "version https://git-lfs.github.com/spec/v1\n", "0x76657273",
      "a Git LFS pointer in place of the file"
    ),
  ])
  func namesWhatIsNoIDX(content: String, magic: String, found: String) throws {
    let folder = try ScratchFolder()
    let path = try folder.file("labels", Array(content.utf8))
    #expect(
      throws: TensorFileError.malformed(
        file: path, tensor: nil,
        problem: "it is \(found) (it starts with \(magic)); expected an IDX file of labels "
          + "(0x00000801)")
    ) { try IDX.labels(in: path) }
  }

  /// A gzip file may have several members, whose contents are read one after another.
  @Test func readsEveryMemberOfGzip() throws {
    let folder = try ScratchFolder()
    let member = try Fixtures.bytes("labels-idx1-ubyte.gz")
    let path = try folder.file("labels.gz", member + member)
    #expect(
      throws: TensorFileError.malformed(
        file: path, tensor: nil, problem: "there are bytes after its end")
    ) {
      try IDX.labels(in: path)
    }
  }

  private static func header(_ magic: UInt32, _ lengths: UInt32...) -> [UInt8] {
    ([magic] + lengths).flatMap { length in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
    }
  }

  /// A gzip file with one block that is not compressed.
  private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var checksum = Checksum()
    bytes.withUnsafeBytes { checksum.add($0) }
    let size = UInt16(bytes.count)
    let sizes = [size, ~size].flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let tail = [checksum.value, UInt32(size)].flatMap { number in
      [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + sizes + bytes + tail
  }

  private static let damages: [(content: [UInt8], problem: String)] = [
    ([], "0 bytes are too few for an IDX file"),
    (
      header(0x0801, 3) + [1, 2, 3],
      "it is an IDX file of labels (it starts with 0x00000801); expected an IDX file of images "
        + "(0x00000803)"
    ),
    (
      Array("not a gzip file".utf8),
      "it is neither gzip nor IDX (it starts with 0x6e6f7420); expected an IDX file of images "
        + "(0x00000803)"
    ),
    (header(0x0803, 3), "it is truncated: 8 of 12 bytes are missing"),
    (
      header(0x0803, 3, 2, 2) + [UInt8](repeating: 0, count: 11),
      "it claims images of shape [3, 2, 2], more than a file of 27 bytes can hold"
    ),
    (
      header(0x0803, 3, 2, 2) + [UInt8](repeating: 0, count: 13), "there are bytes after its end"
    ),
    (
      header(0x0803, .max, 28, 28) + [UInt8](repeating: 0, count: 784),
      "it claims images of shape [4294967295, 28, 28], more than a file of 800 bytes can hold"
    ),
    (
      header(0x0803, .max, .max, .max),
      "it claims images of shape [4294967295, 4294967295, 4294967295], more than a file of 16 "
        + "bytes can hold"
    ),
    (
      gzip(header(0x0803, .max, 28, 28)),
      "it claims images of shape [4294967295, 28, 28], more than a file of 39 bytes can hold"
    ),
    (gzip(header(0x0803, 3)), "it is truncated: 8 of 12 bytes are missing"),
    (header(0x0803, 0, 28, 28), "it holds no images: its shape is [0, 28, 28]"),
    (header(0x0803, 1, 0, 28), "it holds no images: its shape is [1, 0, 28]"),
  ]

  @Test(arguments: damages.indices) func saysWhatIsDamaged(index: Int) throws {
    let (content, problem) = Self.damages[index]
    let folder = try ScratchFolder()
    let path = try folder.file("images", content)
    #expect(throws: TensorFileError.malformed(file: path, tensor: nil, problem: problem)) {
      try IDX.images(in: path)
    }
  }

  @Test func saysThatGzipIsDamaged() throws {
    let folder = try ScratchFolder()
    let bytes = try Fixtures.bytes("images-idx3-ubyte.gz")
    let truncated = try folder.file("truncated.gz", bytes.dropLast())
    #expect(
      throws: TensorFileError.malformed(
        file: truncated, tensor: nil, problem: "the compressed data are truncated")
    ) { try IDX.images(in: truncated) }
    var changed = bytes
    changed[changed.count - 8] ^= 1
    let damaged = try folder.file("damaged.gz", changed)
    #expect(
      throws: TensorFileError.malformed(
        file: damaged, tensor: nil, problem: "the compressed data are damaged: incorrect data check"
      )
    ) { try IDX.images(in: damaged) }
    let extended = try folder.file("extended.gz", bytes + [0])
    #expect(throws: TensorFileError.self) { try IDX.images(in: extended) }
  }
}
