import Foundation

/// The formats of named arrays, each with its extension as raw value.
enum FileFormat: String, CaseIterable {
  case npy, npz, safetensors

  /// The format of a file's extension.
  init?(extensionOf path: String) {
    self.init(rawValue: (path as NSString).pathExtension.lowercased())
  }

  /// The format whose first bytes a file starts with.
  init?(start: [UInt8]) {
    if start.starts(with: NumPyFormat.magic) {
      self = .npy
    } else if start.starts(with: ZipArchive.magic) || start.starts(with: ZipArchive.emptyMagic) {
      self = .npz
    } else if SafeTensorsFile.isStart(start) {
      self = .safetensors
    } else {
      return nil
    }
  }

  static let list = allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
}

extension FileFormat {
  /// Opens the arrays of a file. The content decides the format, or the extension if the content
  /// starts like no known format.
  static func arrays(in file: InputFile) throws -> any ArrayContainer {
    let start = try file.bytes(0..<ForeignContent.length)
    let named = FileFormat(extensionOf: file.path)
    guard let format = FileFormat(start: start) else {
      if let other = ForeignContent(start: start) { throw other.problem }
      guard let named else {
        let found = start.isEmpty ? "an empty file" : "an unknown format"
        throw FormatProblem.unsupported(found: found, possible: list)
      }
      return try named.arrays(in: file)
    }
    do {
      return try format.arrays(in: file)
    } catch FormatProblem.malformed(let problem) {
      guard let named, named != format else { throw FormatProblem.malformed(problem) }
      throw FormatProblem.malformed("its content is .\(format), unlike its name, and \(problem)")
    }
  }

  private func arrays(in file: InputFile) throws -> any ArrayContainer {
    switch self {
    case .npy: NumPyFile(file: file)
    case .npz: try NumPyArchive(file)
    case .safetensors: try SafeTensorsFile(file)
    }
  }
}

extension ForeignContent {
  /// The problem to throw if arrays are needed and such a file is found.
  var problem: FormatProblem {
    let advice = advice.isEmpty ? "" : " (\(advice))"
    return .unsupported(found: what, possible: FileFormat.list + advice)
  }
}
