/// The list of members at the end of a zip archive, and the records behind it that give its place.
///
/// Source: PKWARE's APPNOTE.TXT, 4.3.12 to 4.3.16, and 4.5.3 for numbers of 64 bits (zip64).
struct ZipDirectory {
  /// The place in the file where the list starts.
  let offset: Int
  private let memberCount: Int
  private let bytes: [UInt8]
  private let fileSize: Int

  /// Finds the list by the record at the end of the file.
  init(of file: InputFile) throws {
    let start = max(0, file.size - 22 - 0xFFFF)
    let tail = try file.bytes(start..<file.size)
    // The search starts at the end, because a comment could hold the same bytes.
    let candidate = stride(from: tail.count - 22, through: 0, by: -1).first { offset in
      tail[offset] == ZipArchive.emptyMagic[0]
        && tail[offset...].starts(with: ZipArchive.emptyMagic)
        && offset + 22 + Int(tail.littleEndian(at: offset + 20, as: UInt16.self)) == tail.count
    }
    guard let record = candidate else {
      throw FormatProblem.malformed(
        "it does not end as a zip archive does: it is truncated, or something follows the archive")
    }
    let diskNumbers = tail.littleEndian(at: record + 4, as: UInt32.self)
    let here = tail.littleEndian(at: record + 8, as: UInt16.self)
    let count = tail.littleEndian(at: record + 10, as: UInt16.self)
    let size = tail.littleEndian(at: record + 12, as: UInt32.self)
    let offset = tail.littleEndian(at: record + 16, as: UInt32.self)
    var list = (offset: UInt64(offset), size: UInt64(size), count: UInt64(count))
    var end = start + record
    if let wide = try Self.wideRecord(of: file, before: end) {
      (list, end) = (wide.list, wide.offset)
    } else if size == .max || offset == .max {
      throw FormatProblem.unsupported(
        found: "a zip archive with sizes of 64 bits (zip64)",
        possible: "one that has the record of these sizes")
    }
    guard diskNumbers == 0, here == count else {
      throw FormatProblem.unsupported(
        found: "an archive in several files", possible: "an archive in one file")
    }
    guard list.offset <= end, list.size <= end, Int(list.offset) + Int(list.size) == end else {
      throw FormatProblem.malformed(
        "the list of members does not lie before the end of the archive")
    }
    self.offset = Int(list.offset)
    bytes = try file.bytes(self.offset..<end)
    // Each member takes 46 bytes or more.
    guard list.count <= bytes.count / 46 else {
      throw FormatProblem.malformed(
        "the list of members claims \(list.count) of them, which its \(bytes.count) bytes cannot hold"
      )
    }
    memberCount = Int(list.count)
    fileSize = file.size
  }

  private typealias List = (offset: UInt64, size: UInt64, count: UInt64)

  /// The record with numbers of 64 bits, and its offset, if a pointer to it stands before `end`.
  private static func wideRecord(
    of file: InputFile, before end: Int
  ) throws -> (list: List, offset: Int)? {
    let locator = try file.bytes(max(0, end - 20)..<end)
    guard locator.count == 20, locator.starts(with: [0x50, 0x4B, 0x06, 0x07]) else { return nil }
    let place = locator.littleEndian(at: 8, as: UInt64.self)
    guard place <= end, let offset = Int(exactly: place),
      case let record = try file.bytes(offset..<min(offset + 56, end)), record.count == 56,
      record.starts(with: [0x50, 0x4B, 0x06, 0x06])
    else {
      throw FormatProblem.malformed(
        "its record of sizes of 64 bits (zip64) is not where it should be")
    }
    let list = (
      offset: record.littleEndian(at: 48, as: UInt64.self),
      size: record.littleEndian(at: 40, as: UInt64.self),
      count: record.littleEndian(at: 32, as: UInt64.self)
    )
    return (list, offset)
  }

  func members() throws -> [ZipArchive.Member] {
    var members: [ZipArchive.Member] = []
    members.reserveCapacity(memberCount)
    var offset = 0
    for _ in 0..<memberCount { members.append(try member(at: &offset)) }
    guard offset == bytes.count else {
      throw FormatProblem.malformed("there are bytes between the list of members and its end")
    }
    return members
  }

  /// Reads the member listed at `offset`, and moves `offset` behind it.
  private func member(at offset: inout Int) throws -> ZipArchive.Member {
    let start = offset
    guard bytes.count - start >= 46, field(start, UInt32.self) == 0x0201_4B50 else {
      throw FormatProblem.malformed("the list of members is damaged at its byte \(start)")
    }
    let nameStart = start + 46
    let nameEnd = nameStart + Int(field(start + 28, UInt16.self))
    let extraEnd = nameEnd + Int(field(start + 30, UInt16.self))
    let end = extraEnd + Int(field(start + 32, UInt16.self))
    guard end <= bytes.count else {
      throw FormatProblem.malformed("the list of members is damaged at its byte \(start)")
    }
    let rawName = Array(bytes[nameStart..<nameEnd])
    // Old archives have names in other encodings; an array of such a name is never asked for.
    let name = String(decoding: rawName, as: UTF8.self)
    let wide = wideNumbers(in: nameEnd..<extraEnd)
    var used = 0
    func number(_ place: Int) throws -> Int {
      let number = field(start + place, UInt32.self)
      guard number == .max else { return Int(number) }
      guard used < wide.count else {
        throw FormatProblem.malformed("member '\(name)' lacks its sizes of 64 bits (zip64)")
      }
      used += 1
      // No file holds 2⁶⁰ bytes, however well it is deflated, so larger numbers are cut to this and
      // refused as too large.
      return Int(min(wide[used - 1], 1 << 60))
    }
    let size = try number(24)
    let compressedSize = min(try number(20), fileSize + 1)
    let member = ZipArchive.Member(
      name: name, method: field(start + 10, UInt16.self),
      isEncrypted: field(start + 8, UInt16.self) & 1 != 0, checksum: field(start + 16, UInt32.self),
      compressedSize: compressedSize, size: size, offset: min(try number(42), fileSize + 1),
      rawName: rawName)
    offset = end
    return member
  }

  /// The numbers of 64 bits in a member's extra fields. They are its size, its compressed size and
  /// its place, in this order, but only those that do not fit in 32 bits.
  private func wideNumbers(in extra: Range<Int>) -> [UInt64] {
    var place = extra.lowerBound
    while place + 4 <= extra.upperBound {
      let (kind, size) = (field(place, UInt16.self), Int(field(place + 2, UInt16.self)))
      let content = place + 4..<min(place + 4 + size, extra.upperBound)
      if kind == 1 {
        return stride(from: content.lowerBound, through: content.upperBound - 8, by: 8)
          .map { field($0, UInt64.self) }
      }
      place += 4 + size
    }
    return []
  }

  private func field<Number: FixedWidthInteger>(_ place: Int, _: Number.Type) -> Number {
    bytes.littleEndian(at: place)
  }
}
