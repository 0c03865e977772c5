/// A kind of file that holds no arrays read here, recognised by its first bytes.
struct ForeignContent {
  let what: String
  /// How to get arrays from it; empty if nothing can be said.
  let advice: String

  /// The number of bytes at the start of a file that are looked at.
  static let length = 512

  private init(_ what: String, _ advice: String = "") {
    self.what = what
    self.advice = advice
  }

  /// A file that `torch.save` wrote.
  static let pyTorch = ForeignContent(
    "a PyTorch file (torch.save)",
    "for a dictionary of tensors: "
      + "safetensors.torch.save_file(torch.load(file), 'new.safetensors')")

  /// Recognises the start of a file, or fails. Plain text is the last kind that is tried.
  init?(start: [UInt8], orText: Bool = true) {
    if let known = Self.byText(start) ?? Self.bySignature(start) {
      self = known
    } else if orText, let text = Self.text(start) {
      self = ForeignContent(
        "a text file, which starts with '\(text)'",
        "for numbers in columns: np.save('new.npy', np.loadtxt(file))")
    } else {
      return nil
    }
  }

  private static let signatures: [(bytes: [UInt8], content: ForeignContent)] = [
    (
      [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19], pyTorch
    ),
    ([0x1F, 0x8B], ForeignContent("a gzip file", "gunzip makes the file itself")),
    (Array("BZh".utf8), ForeignContent("a bzip2 file", "bunzip2 makes the file itself")),
    (
      [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00],
      ForeignContent("an xz file", "unxz makes the file itself")
    ),
    ([0x28, 0xB5, 0x2F, 0xFD], ForeignContent("a zstd file", "unzstd makes the file itself")),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], ForeignContent("a 7z archive", "unpack it")),
    (Array("Rar!".utf8), ForeignContent("a RAR archive", "unpack it")),
    (
      [0x89] + Array("HDF\r\n".utf8),
      ForeignContent(
        "an HDF5 file", "with h5py: np.savez('new.npz', logits=h5py.File(file)['logits'][:])")
    ),
    (
      Array("MATLAB 5.0 MAT-file".utf8),
      ForeignContent(
        "a MATLAB file", "np.savez('new.npz', logits=scipy.io.loadmat(file)['logits'])")
    ),
    (Array("GGUF".utf8), ForeignContent("a GGUF file")),
    (Array("PAR1".utf8), ForeignContent("a Parquet file", "pandas.read_parquet reads it")),
    (Array("ARROW1".utf8), ForeignContent("an Arrow file", "pandas.read_feather reads it")),
    (Array("SQLite format 3".utf8), ForeignContent("an SQLite database")),
    ([0x89] + Array("PNG".utf8), ForeignContent("a PNG image")),
    ([0xFF, 0xD8, 0xFF], ForeignContent("a JPEG image")),
    (Array("%PDF".utf8), ForeignContent("a PDF document")),
    (
      [UInt8](repeating: 0, count: 16),
      ForeignContent(
        "a file that starts with zeros, as if its writing or download "
          + "was cut short")
    ),
  ]

  private static func bySignature(_ start: [UInt8]) -> ForeignContent? {
    if let known = signatures.first(where: { start.starts(with: $0.bytes) }) {
      return known.content
    }
    if start.count > 262, start[257...].starts(with: Array("ustar".utf8)) {
      return ForeignContent("a tar archive", "unpack it")
    }
    // The protocol of a pickle is its second byte, and has been 2 to 5 since Python 2.3.
    if start.count > 2, start[0] == 0x80, (2...5).contains(start[1]) {
      return ForeignContent(
        "a Python pickle", "for a dictionary of arrays: np.savez('new.npz', **pickle.load(file))")
    }
    if start.count > 3, start[0] == 0, start[1] == 0, IDX.Element(rawValue: start[2]) != nil,
      (1...8).contains(start[3])
    {
      return ForeignContent("an IDX file, MNIST's format", "np.save makes an .npy of its array")
    }
    return nil
  }

  private static func byText(_ start: [UInt8]) -> ForeignContent? {
    // A byte order mark of UTF-8 and white space may come first.
    let content = start.dropFirst(start.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
      .drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    let text = String(decoding: content.prefix(64), as: UTF8.self).lowercased()
    if text.hasPrefix("version https://git-lfs") || text.hasPrefix("version https://hawser") {
      return ForeignContent(
        "a Git LFS pointer in place of the file", "'git lfs pull' fetches the file")
    }
    if text.hasPrefix("/annex/objects/") {
      return ForeignContent(
        "a git-annex pointer in place of the file", "'git annex get' fetches the file")
    }
    if ["<!doctype html", "<html", "<head", "<body"].contains(where: text.hasPrefix) {
      return ForeignContent(
        "a web page (HTML)", "a download may have ended at a page in place of the file")
    }
    if text.hasPrefix("<?xml") || text.hasPrefix("<error") {
      return ForeignContent("an XML text", "a download may have ended with an error of the server")
    }
    return nil
  }

  /// The first line, if the start of a file is text with one byte per character.
  private static func text(_ start: [UInt8]) -> String? {
    let isText = start.allSatisfy { (0x20...0x7E).contains($0) || (0x09...0x0D).contains($0) }
    // Fewer bytes could be anything.
    guard isText, start.count >= 16, let line = start.split(whereSeparator: { $0 < 0x20 }).first
    else { return nil }
    return String(decoding: line.prefix(24), as: UTF8.self) + (line.count > 24 ? "…" : "")
  }
}
