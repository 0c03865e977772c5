import Foundation
import Tensors

/// NumPy's `.npz`: a zip archive in which the array `name` is the member `name.npy`.
enum NumPyArchiveFormat {
  private static let suffix = ".npy"

  static func tensors(in file: InputFile) throws -> [String: Tensor] {
    let archive = try ZipArchive(file)
    var tensors: [String: Tensor] = [:]
    for member in archive.members {
      guard member.name.hasSuffix(suffix) else {
        throw FormatProblem.unsupported(
          found: "member '\(member.name)'", possible: "arrays, in members named '….npy'")
      }
      let name = String(member.name.dropLast(suffix.count))
      do {
        let tensor = try tensor(of: member, in: archive)
        guard tensors.updateValue(tensor, forKey: name) == nil else {
          throw FormatProblem.malformed("the archive has it twice")
        }
      } catch let problem as FormatProblem {
        throw TensorFileError(problem, file: file.path, tensor: name)
      }
    }
    return tensors
  }

  private static func tensor(
    of member: ZipArchive.Member, in archive: ZipArchive
  ) throws -> Tensor {
    let content = try archive.source(of: member)
    return try checkedTensor(from: content, of: member)
  }

  private static func checkedTensor(
    from content: some ByteSource, of member: ZipArchive.Member
  ) throws -> Tensor {
    var source = ChecksummedSource(content)
    let tensor = try NumPyFormat.tensor(from: &source, size: member.size)
    try source.expectEnd()
    guard source.checksum.value == member.checksum else {
      throw FormatProblem.malformed("its content does not have its checksum")
    }
    return tensor
  }

  static func write(_ tensors: [String: Tensor], to output: AtomicFile.Output) throws {
    var archive = ZipWriter(output)
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let header = NumPyFormat.header(shape: tensor.shape)
      try tensor.withUnsafeBufferPointer { scalars in
        try header.withUnsafeBytes { header in
          try archive.append(name + suffix, content: [header, UnsafeRawBufferPointer(scalars)])
        }
      }
    }
    try archive.finish()
  }
}
