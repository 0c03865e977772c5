import Foundation
import TensorFiles

/// Data that a user has: where it is, and what cannot be seen from the files.
package struct DataFiles: Sendable {
  /// The folder of all files; `nil` if the files themselves are named.
  package var directory: String?
  /// The file to train on and the one to test on; the second may be left out if the first has both
  /// parts.
  package var train, test: String?
  /// The order of the axes of images; `nil` if it is that of the format.
  package var layout: PixelLayout?
  /// The name of a table's column of labels, or its number counted from 1.
  package var labels: String?

  /// The side in pixels that images in class folders are brought to; `nil` if all are equal.
  package var size: Int?
  /// The side that images in class folders are brought to if `size` is not given; `nil` if they must be
  /// equal.
  package var usualSize: Int?
  /// The classes that networks are to tell apart if the examples to train on have no labels; `nil` if nothing is
  /// known of them.
  package var classes: [String]?

  /// The files to train on in class folders, if they have been listed.
  var pictures: ClassFolders.Files?

  /// Whether a trained network is measured on the data and none is trained. Class folders then need no part to train on,
  /// and all examples may be of one class.
  package var isMeasured = false

  /// Whether images that cannot be decoded are left out.
  package var skipsBroken = false

  package init(
    directory: String? = nil, train: String? = nil, test: String? = nil,
    layout: PixelLayout? = nil, labels: String? = nil, size: Int? = nil, skipsBroken: Bool = false
  ) {
    (self.directory, self.train, self.test) = (directory, train, test)
    (self.layout, self.labels) = (layout, labels)
    (self.size, self.skipsBroken) = (size, skipsBroken)
  }
}

/// Data that was read, and what it was found to be.
package struct FoundData: Sendable {
  /// The kind of the files: `CIFAR-10 binary`.
  package let kind: String
  /// The examples to train and to test on.
  package let training, test: ImageDataSet
}

/// One kind of files.
protocol DataReader: SendableMetatype {
  /// The files that it reads, for a message that says what a folder may have.
  static var files: String { get }

  /// The settings of a recipe that say something of such files.
  static var settings: [String] { get }

  /// The data in a folder with files of these names; `nil` if they are of another kind.
  static func read(_ names: Set<String>, in folder: String, _ data: DataFiles) throws -> DataParts?
}

extension DataFiles {
  /// The kinds of files that a folder may hold.
  static let readers: [any DataReader.Type] = [
    CIFAR.self, IDXFolder.self, ArrayFiles.self, Tables.self, ClassFolders.self,
  ]

  /// Finds out what the files are, and reads them.
  ///
  /// - Parameter name: The name of the set in reports.
  /// - Returns: The data, and their kind.
  /// - Throws: ``DataSetError``, `FileError` or `TensorFileError`.
  package func read(name: String) throws -> FoundData {
    try parts.joined(name: name, unlessLabelled: classes, isMeasured: isMeasured)
  }

  private var parts: DataParts {
    get throws {
      guard let folder = directory else { return try partsOfFiles(train ?? "") }
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        throw DataSetError.notFound(
          name: "the data", folders: [folder], advice: "there is no such folder")
      }
      let found = try Self.readers.compactMap { reader in
        try reader.read(Set(names), in: folder, self).map { (reader.settings, $0) }
      }
      guard let (settings, parts) = found.first else {
        // A damaged archive is of no kind, and that is why nothing was found.
        for name in names.sorted() where name.hasSuffix(".npz") {
          _ = try TensorFile((folder as NSString).appendingPathComponent(name))
        }
        let possible = Self.readers.map { $0.files }.joined(separator: "; ")
        throw DataSetError.notFound(
          name: "a kind of data that is known", folders: [folder],
          advice: "it has \(Self.list(names)); possible: \(possible)")
      }
      guard found.count == 1 else {
        throw DataSetError.malformed(
          file: folder,
          problem: """
            it holds data of several kinds, \(found.map { $0.1.kind }.joined(separator: " and ")): \
            name the files in data.train and data.test, or give each kind its own folder
            """)
      }
      try check(settings, of: parts, in: folder)
      return parts
    }
  }

  /// Throws ``DataSetError`` if a setting says nothing of the files that were found.
  private func check(_ settings: [String], of parts: DataParts, in place: String) throws {
    let given = [
      ("layout", layout != nil), ("labels", labels != nil), ("size", size != nil),
      ("skipBroken", skipsBroken),
    ]
    for (name, isGiven) in given where isGiven && !settings.contains(name) {
      throw DataSetError.malformed(
        file: place, problem: "it holds \(parts.kind), of which data.\(name) says nothing")
    }
  }

  private func partsOfFiles(_ train: String) throws -> DataParts {
    let isTable = [train, test ?? train].map {
      ($0 as NSString).pathExtension.lowercased() == "csv"
    }
    guard isTable[0] == isTable[1] else {
      throw DataSetError.malformed(
        file: train, problem: "'\(test ?? "")' to test on is a file of another kind")
    }
    guard isTable[0] else {
      let parts = try ArrayFiles.read(train: train, test: test, layout: layout)
      try check(ArrayFiles.settings, of: parts, in: train)
      return parts
    }
    guard let test else {
      throw DataSetError.malformed(
        file: train, problem: "data.test does not name a table to test on")
    }
    let parts = try Tables.read(train: train, test: test, labels: labels)
    try check(Tables.settings, of: parts, in: train)
    return parts
  }

  /// A few of these names.
  private static func list(_ names: [String]) -> String {
    guard !names.isEmpty else { return "no files" }
    let shown = names.sorted().prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
  }
}
