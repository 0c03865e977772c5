import CZlib
import Foundation

/// The members of a zip archive, by its central directory.
///
/// Source: PKWARE's APPNOTE.TXT. Members are stored or deflated; sizes of 64 bits, encryption and
/// archives in several files are errors.
struct ZipArchive {
  /// One file in the archive.
  struct Member {
    var name: String
    var isDeflated: Bool
    var checksum: UInt32
    /// Bytes in the archive.
    var compressedSize: Int
    /// Bytes of content.
    var size: Int
    /// Where the member's own header starts.
    var offset: Int
    fileprivate var rawName: [UInt8]
  }

  static let magic: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
  /// How an archive without members starts.
  static let emptyMagic: [UInt8] = [0x50, 0x4B, 0x05, 0x06]

  let members: [Member]
  private let file: InputFile
  private let directoryOffset: Int

  init(_ file: InputFile) throws {
    self.file = file
    let end = try Self.endRecord(of: file)
    directoryOffset = end.directory.lowerBound
    let directory = try file.bytes(end.directory)
    var members: [Member] = []
    var offset = 0
    for _ in 0..<end.memberCount {
      members.append(try Self.member(in: directory, at: &offset))
    }
    guard offset == directory.count else {
      throw FormatProblem.malformed("there are bytes between the list of members and its end")
    }
    self.members = members
    try checkMembers()
  }

  /// The content of a member, while it is read, and its length.
  func source(of member: Member) throws -> any ByteSource {
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
    return member.isDeflated ? try InflatedSource(section, wrapping: .none) : section
  }

  /// Checks what can be checked before any memory is taken for a member's content.
  private func checkMembers() throws {
    var end = 0
    for member in members.sorted(by: { $0.offset < $1.offset }) {
      guard member.offset >= end else {
        throw FormatProblem.malformed("member '\(member.name)' overlaps another")
      }
      end = member.offset + 30 + member.rawName.count + member.compressedSize
      guard end <= directoryOffset else {
        throw FormatProblem.malformed(
          "member '\(member.name)' runs into the list of members, or past the end of the file")
      }
      let greatest =
        member.isDeflated
        ? member.compressedSize * InflatedSource.greatestExpansion : member.compressedSize
      guard member.isDeflated ? member.size <= greatest : member.size == greatest else {
        throw FormatProblem.malformed(
          """
          member '\(member.name)' claims \(member.size) bytes, which \(member.compressedSize) \
          \(member.isDeflated ? "deflated" : "stored") bytes cannot hold
          """)
      }
    }
    let memory = ProcessInfo.processInfo.physicalMemory
    guard members.reduce(0, { $0 + $1.size }) <= memory else {
      throw FormatProblem.unsupported(
        found: "\(members.reduce(0) { $0 + $1.size } >> 20) MB",
        possible: "what fits in the \(memory >> 20) MB of memory of this machine")
    }
  }

  /// The record at the end of the file, which says where the list of members is.
  private static func endRecord(
    of file: InputFile
  ) throws -> (directory: Range<Int>, memberCount: Int) {
    let start = max(0, file.size - 22 - 0xFFFF)
    let tail = try file.bytes(start..<file.size)
    // From the end, because a comment could hold the same bytes.
    let candidate = stride(from: tail.count - 22, through: 0, by: -1).first { offset in
      tail[offset...].starts(with: emptyMagic)
        && offset + 22 + Int(tail.littleEndian(at: offset + 20, as: UInt16.self)) == tail.count
    }
    guard let record = candidate else {
      throw FormatProblem.malformed(
        "it does not end as a zip archive does: it is truncated, or something follows the archive")
    }
    let diskNumbers = tail.littleEndian(at: record + 4, as: UInt32.self)
    let here = tail.littleEndian(at: record + 8, as: UInt16.self)
    let memberCount = tail.littleEndian(at: record + 10, as: UInt16.self)
    let size = tail.littleEndian(at: record + 12, as: UInt32.self)
    let offset = tail.littleEndian(at: record + 16, as: UInt32.self)
    guard memberCount != .max, size != .max, offset != .max else { throw zip64 }
    guard diskNumbers == 0, here == memberCount else {
      throw FormatProblem.unsupported(
        found: "an archive in several files", possible: "an archive in one file")
    }
    guard Int(offset) + Int(size) == start + record else {
      throw FormatProblem.malformed(
        "the list of members does not lie before the end of the archive")
    }
    return (Int(offset)..<Int(offset) + Int(size), Int(memberCount))
  }

  /// The member listed at `offset`, which is moved behind it.
  private static func member(in directory: [UInt8], at offset: inout Int) throws -> Member {
    guard directory.count - offset >= 46,
      directory[offset...].starts(with: [0x50, 0x4B, 0x01, 0x02])
    else { throw FormatProblem.malformed("the list of members is damaged at its byte \(offset)") }
    func field<Integer: FixedWidthInteger>(_ place: Int, _: Integer.Type) -> Integer {
      directory.littleEndian(at: offset + place)
    }
    let nameStart = offset + 46
    let nameEnd = nameStart + Int(field(28, UInt16.self))
    let end = nameEnd + Int(field(30, UInt16.self)) + Int(field(32, UInt16.self))
    guard end <= directory.count else {
      throw FormatProblem.malformed("the list of members is damaged at its byte \(offset)")
    }
    let rawName = Array(directory[nameStart..<nameEnd])
    guard let name = String(validating: rawName, as: UTF8.self) else {
      throw FormatProblem.malformed("a member's name is not UTF-8")
    }
    let method = field(10, UInt16.self)
    guard field(8, UInt16.self) & 1 == 0 else {
      throw FormatProblem.unsupported(
        found: "member '\(name)' encrypted", possible: "plain members")
    }
    guard method == 0 || method == 8 else {
      throw FormatProblem.unsupported(
        found: "member '\(name)' compressed by method \(method)",
        possible: "stored (0) and deflated (8) members")
    }
    let compressedSize = field(20, UInt32.self)
    let size = field(24, UInt32.self)
    let memberOffset = field(42, UInt32.self)
    guard compressedSize != .max, size != .max, memberOffset != .max else { throw zip64 }
    let member = Member(
      name: name, isDeflated: method == 8, checksum: field(16, UInt32.self),
      compressedSize: Int(compressedSize), size: Int(size), offset: Int(memberOffset),
      rawName: rawName)
    offset = end
    return member
  }

  private static var zip64: FormatProblem {
    .unsupported(
      found: "a zip archive with sizes of 64 bits (zip64)",
      possible: "an archive below 2 GB (save as .safetensors)")
  }
}
