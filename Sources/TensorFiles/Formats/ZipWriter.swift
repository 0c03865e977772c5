/// Writes a zip archive of stored members.
struct ZipWriter {
  private let output: AtomicFile.Output
  private var directory: [UInt8] = []
  private var memberCount = 0
  private var offset = 0

  init(_ output: AtomicFile.Output) { self.output = output }

  /// Appends a member with the pieces of `content`, one after another.
  mutating func append(_ name: String, content: [UnsafeRawBufferPointer]) throws {
    var checksum = Checksum()
    for piece in content { checksum.add(piece) }
    let size = content.reduce(0) { $0 + $1.count }
    let name = Array(name.utf8)
    let end = offset + 30 + name.count + size
    // The greatest value of a field means that the number stands elsewhere, in 64 bits.
    guard end < UInt32.max, memberCount + 1 < UInt16.max, name.count <= UInt16.max else {
      throw FormatProblem.unsupported(
        found: "more than 4 GB, 65,534 arrays or 65,535 bytes of a name",
        possible: "less in an .npz (save as .safetensors)")
    }
    // The fields that a member's own header and the list of members share: version 2.0, names in
    // UTF-8, stored, dated the first day that the format can express. The fixed date makes equal
    // files of equal content.
    var common: [UInt8] = []
    for field: UInt16 in [20, 0x0800, 0, 0, 0x0021] { common.append(littleEndian: field) }
    common.append(littleEndian: checksum.value)
    common.append(littleEndian: UInt32(size))
    common.append(littleEndian: UInt32(size))
    common.append(littleEndian: UInt16(name.count))
    common.append(littleEndian: UInt16(0))

    try output.write(ZipArchive.magic + common + name)
    for piece in content { try output.write(piece) }

    directory += [0x50, 0x4B, 0x01, 0x02, 20, 0] + common
    directory += [UInt8](repeating: 0, count: 10)
    directory.append(littleEndian: UInt32(offset))
    directory += name
    memberCount += 1
    offset = end
  }

  /// Writes the list of members.
  func finish() throws {
    guard offset + directory.count < UInt32.max else {
      throw FormatProblem.unsupported(
        found: "more than 4 GB", possible: "less in an .npz (save as .safetensors)")
    }
    var end = ZipArchive.emptyMagic + [0, 0, 0, 0]
    end.append(littleEndian: UInt16(memberCount))
    end.append(littleEndian: UInt16(memberCount))
    end.append(littleEndian: UInt32(directory.count))
    end.append(littleEndian: UInt32(offset))
    end += [0, 0]
    try output.write(directory + end)
  }
}
