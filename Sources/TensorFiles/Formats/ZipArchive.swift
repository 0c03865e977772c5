/// The members of a zip archive, as its central directory lists them.
///
/// Source: PKWARE's APPNOTE.TXT. Members are stored or deflated. An archive in several files is an
/// error; an encrypted member, or one compressed by another method, is an error only if it is read.
struct ZipArchive {
  /// One file in the archive.
  struct Member {
    var name: String
    /// The compression: ``ZipArchive/stored``, ``ZipArchive/deflated``, or a method that is not
    /// read here.
    var method: UInt16
    var isEncrypted: Bool
    var checksum: UInt32
    /// The number of bytes in the archive.
    var compressedSize: Int
    /// The number of bytes after decompression.
    var size: Int
    /// The offset of the member's own header.
    var offset: Int
    var rawName: [UInt8]
  }

  static let stored: UInt16 = 0
  static let deflated: UInt16 = 8

  static let magic: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
  /// The first bytes of an archive without members.
  static let emptyMagic: [UInt8] = [0x50, 0x4B, 0x05, 0x06]

  let members: [Member]
  private let file: InputFile
  private let directoryOffset: Int

  init(_ file: InputFile) throws {
    self.file = file
    let directory = try ZipDirectory(of: file)
    directoryOffset = directory.offset
    members = try directory.members()
    try checkMembers()
  }

  /// The content of a member, decompressed while it is read.
  func source(of member: Member) throws -> any ByteSource {
    guard !member.isEncrypted else {
      throw FormatProblem.unsupported(
        found: "member '\(member.name)' encrypted", possible: "plain members")
    }
    guard member.method == Self.stored || member.method == Self.deflated else {
      throw FormatProblem.unsupported(
        found: "member '\(member.name)' compressed by method \(member.method)",
        possible: "stored (0) and deflated (8) members (np.savez and np.savez_compressed)")
    }
    let header = try file.bytes(member.offset..<member.offset + 30)
    guard header.count == 30, header.starts(with: Self.magic) else {
      throw FormatProblem.malformed("no member starts at byte \(member.offset)")
    }
    let nameSize = Int(header.littleEndian(at: 26, as: UInt16.self))
    let extraSize = Int(header.littleEndian(at: 28, as: UInt16.self))
    let nameStart = member.offset + 30
    guard try file.bytes(nameStart..<nameStart + nameSize) == member.rawName else {
      throw FormatProblem.malformed("the member at byte \(member.offset) has another name")
    }
    let start = nameStart + nameSize + extraSize
    guard start + member.compressedSize <= directoryOffset else {
      throw FormatProblem.malformed("the member runs into the list of members")
    }
    let section = FileSection(file, start..<start + member.compressedSize)
    return member.method == Self.deflated
      ? try InflatedSource(section, wrapping: .none)
      : section
  }

  /// Checks what can be checked before memory is taken for a member's content.
  private func checkMembers() throws {
    var end = 0
    let isOrdered = zip(members, members.dropFirst()).allSatisfy { $0.offset <= $1.offset }
    for member in isOrdered ? members : members.sorted(by: { $0.offset < $1.offset }) {
      guard member.offset >= end else {
        throw FormatProblem.malformed("member '\(member.name)' overlaps another")
      }
      // No sum overflows, because no number exceeds the size of a file.
      end = member.offset + 30 + member.rawName.count + member.compressedSize
      guard end <= directoryOffset else {
        throw FormatProblem.malformed(
          "member '\(member.name)' runs into the list of members, or past the end of the file")
      }
      try checkSize(of: member)
    }
  }

  private func checkSize(of member: Member) throws {
    let isPossible: Bool
    switch member.method {
    case _ where member.isEncrypted: isPossible = true
    case Self.stored: isPossible = member.size == member.compressedSize
    case Self.deflated:
      isPossible = member.size / InflatedSource.greatestExpansion <= member.compressedSize
    default: isPossible = true
    }
    guard isPossible else {
      throw FormatProblem.malformed(
        """
        member '\(member.name)' claims \(member.size) bytes, which \(member.compressedSize) \
        \(member.method == Self.deflated ? "deflated" : "stored") bytes cannot hold
        """)
    }
  }
}
