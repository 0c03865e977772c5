import Foundation
import Tensors
import TestSupport
import Testing

@testable import TensorFiles

/// The content of a file decides its format, and only the arrays that are asked for are read.
@Suite struct TensorFileContentTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test(arguments: [
    ("f4.npy", "safetensors"), ("stored.npz", "npy"), ("f32.safetensors", "npz"),
    ("f32.safetensors", "npy"),
  ])
  func aFormatUnderAnotherName(name: String, suffix: String) throws {
    let path = try folder.file("renamed.\(suffix)", try Fixtures.bytes(name))
    let expected = try TensorFile.read(Fixtures.path(name))
    #expect(try TensorFile.read(path).mapValues { $0.scalars } == expected.mapValues { $0.scalars })
  }

  private static let pointer =
    "version https://git-lfs.github.com/spec/v1\noid sha256:0f\nsize 12345\n"
  private static let loadText = "for numbers in columns: np.save('new.npy', np.loadtxt(file))"

  private static let others: [(content: [UInt8], found: String, advice: String)] = [
    (
      Array(pointer.utf8), "a Git LFS pointer in place of the file",
      "'git lfs pull' fetches the file"
    ),
    (
      Array("/annex/objects/MD5E-s12--0f.npy\n".utf8), "a git-annex pointer in place of the file",
      "'git annex get' fetches the file"
    ),
    (
      Array("\u{FEFF}\n <!DOCTYPE html><html><title>403</title></html>".utf8), "a web page (HTML)",
      "a download may have ended at a page in place of the file"
    ),
    (
      Array("<html lang=\"de\">".utf8), "a web page (HTML)",
      "a download may have ended at a page in place of the file"
    ),
    (
      Array("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>".utf8), "an XML text",
      "a download may have ended with an error of the server"
    ),
    (
      [0x80, 0x04, 0x95, 0, 0, 0], "a Python pickle",
      "for a dictionary of arrays: np.savez('new.npz', **pickle.load(file))"
    ),
    (
      [
        0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
      ],
      "a PyTorch file (torch.save)",
      "for a dictionary of tensors: safetensors.torch.save_file(torch.load(file), 'new.safetensors')"
    ),
    ([0x1F, 0x8B, 8, 0], "a gzip file", "gunzip makes the file itself"),
    (
      [0x89] + Array("HDF\r\n\u{1A}\n".utf8), "an HDF5 file",
      "with h5py: np.savez('new.npz', logits=h5py.File(file)['logits'][:])"
    ),
    (
      [0, 0, 8, 3, 0, 0, 0, 1], "an IDX file, MNIST's format", "np.save makes an .npy of its array"
    ),
    (Array("1.5 2 3\n4 5.25 6\n".utf8), "a text file, which starts with '1.5 2 3'", loadText),
    (
      Array("{\"logits\": [[1, 2], [3, 4], [5, 6]]}".utf8),
      "a text file, which starts with '{\"logits\": [[1, 2], [3, …'", loadText
    ),
  ]

  @Test(arguments: others.indices, ["npy", "npz", "safetensors", "pt"])
  func saysWhatAFileIs(index: Int, suffix: String) throws {
    let (content, found, advice) = Self.others[index]
    let path = try folder.file("s.\(suffix)", content)
    #expect(
      throws: TensorFileError.unsupported(
        file: path, tensor: nil, found: found,
        possible: ".npy, .npz, .safetensors (\(advice))")
    ) { try TensorFile(path) }
  }

  /// An archive of stored members.
  private func archive(_ name: String, _ members: [(name: String, content: [UInt8])]) throws
    -> String
  {
    let path = folder.path(name)
    try AtomicFile.write(to: path, overwriting: true) { output in
      var writer = ZipWriter(output)
      for (name, content) in members {
        try content.withUnsafeBytes { try writer.append(name, content: [$0]) }
      }
      try writer.finish()
    }
    return path
  }

  @Test func otherMembersOfAnArchive() throws {
    let array = try Fixtures.bytes("f4.npy")
    let path = try archive(
      "mac.npz",
      [
        ("embedding.npy", array), ("README.md", Array("Of the validation set.".utf8)),
        ("__MACOSX/._embedding.npy", [0, 5, 22, 7]), ("._logits.npy", [0, 5, 22, 7]),
        ("broken.npy", [1, 2, 3]), (".DS_Store", [0]),
      ])
    let file = try TensorFile(path)
    #expect(file.names == ["embedding", "broken"])
    #expect(try file.tensor("embedding").shape == [3, 4])
    #expect(
      throws: TensorFileError.malformed(
        file: path, tensor: "broken", problem: "3 bytes are too few for an .npy file")
    ) { try file.tensor("broken") }
    #expect(
      throws: TensorFileError.unsupported(
        file: path, tensor: nil, found: "no array 'logits'", possible: "'broken', 'embedding'")
    ) { try file.tensor("logits") }
  }

  @Test func archivesWithoutArrays() throws {
    let torch = try archive(
      "torch.npz", [("archive/data.pkl", [0x80, 2]), ("archive/data/0", [])])
    #expect(
      throws: TensorFileError.unsupported(
        file: torch, tensor: nil, found: "a PyTorch file (torch.save)",
        possible: """
          .npy, .npz, .safetensors (for a dictionary of tensors: \
          safetensors.torch.save_file(torch.load(file), 'new.safetensors'))
          """)
    ) { try TensorFile(torch) }
    let other = try archive("other.npz", [("a.txt", [0]), ("b.txt", [0]), ("c.txt", [0])])
    #expect(
      throws: TensorFileError.unsupported(
        file: other, tensor: nil, found: "a zip archive of 'a.txt' and 2 more",
        possible: "arrays, in members named '….npy'")
    ) { try TensorFile(other) }
  }

  /// An encrypted member, or one with another compression, is an error only if it is read.
  @Test func membersThatCannotBeRead() throws {
    var bytes = try Fixtures.bytes("stored.npz")
    let second = try #require(
      bytes.indices.filter { bytes[$0...].starts(with: [0x50, 0x4B, 0x01, 0x02]) }.dropFirst().first
    )
    bytes[second + 10] = 14
    let path = try folder.file("lzma.npz", bytes)
    let file = try TensorFile(path)
    #expect(try file.tensor("embedding").shape == [3, 4])
    #expect(
      throws: TensorFileError.unsupported(
        file: path, tensor: "logits@virtual",
        found: "member 'logits@virtual.npy' compressed by method 14",
        possible: "stored (0) and deflated (8) members (np.savez and np.savez_compressed)")
    ) { try file.tensor("logits@virtual") }
  }

  @Test func numbersOf64BitsInAnArchive() throws {
    let tensors = try TensorFile.read(Fixtures.path("zip64.npz"))
    let expected = try TensorFile.read(Fixtures.path("stored.npz"))
    #expect(tensors.mapValues { $0.scalars } == expected.mapValues { $0.scalars })
  }

  /// The array is one text, too long for the memory.
  @Test func moreTextThanTheMemory() throws {
    var header = String(decoding: NumPyFormat.header(shape: [4000])[10...], as: UTF8.self)
    header = header.replacing("'<f4'", with: "'|S1073741824'")
    header.removeLast(10)
    header.append("\n")
    var bytes = Array(NumPyFormat.header(shape: [1])[..<8])
    bytes.append(littleEndian: UInt16(header.utf8.count))
    let path = try folder.file("text.npy", bytes + Array(header.utf8))
    // The file is long but has no blocks on the disk.
    #expect(truncate(path, off_t(bytes.count + header.utf8.count + (4000 << 30))) == 0)
    let error = #expect(throws: TensorFileError.self) {
      try TensorFile(path).values(TensorFile.unnamed)
    }
    let message = try #require(error).description
    #expect(
      message.hasPrefix(
        "'\(path)': found shape [4000], which takes 4096000 MB; possible: what fits in the "),
      "\(message)")
  }

  /// Arrays that the memory cannot hold are refused before they are inflated or memory is taken.
  @Test func moreThanTheMemory() throws {
    let text = #"{"a":{"dtype":"I8","shape":[1099511627776],"data_offsets":[0,1099511627776]}}"#
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt64(text.utf8.count))
    let path = try folder.file("sparse.safetensors", bytes + Array(text.utf8))
    // The file is long but has no blocks on the disk.
    #expect(truncate(path, off_t(8 + text.utf8.count + (1 << 40))) == 0)
    let error = #expect(throws: TensorFileError.self) { try TensorFile(path).tensor("a") }
    let message = try #require(error).description
    #expect(
      message.hasPrefix(
        """
        '\(path)', tensor 'a': found shape [1099511627776], which takes 4194304 MB; possible: \
        what fits in the
        """), "\(message)")
  }
}
