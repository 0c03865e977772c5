extension DataFiles {
  /// Finds out what a folder holds, and the settings that its files need: the order of the axes of arrays,
  /// a size for images of several, whether broken ones are left out.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - name: The name of the set in reports.
  /// - Returns: The files with the settings that they need, and the data.
  /// - Throws: ``DataSetError``, `FileError` or `TensorFileError` if the data cannot be read with any of these
  ///   settings. The error is that of the first attempt.
  package static func found(
    in folder: String, name: String
  ) throws -> (files: DataFiles, data: FoundData) {
    let plain = DataFiles(directory: folder)
    let files = ClassFolders.training(in: folder)
    let pictures = files.map { ClassFolders.firstShapes(of: $0) } ?? []
    guard let least = pictures.map({ min($0.height, $0.width) }).min() else {
      let changed = DataFiles(directory: folder, layout: .nhwc)
      return try first(of: [plain, changed], name: name)
    }
    let size = DataFiles(directory: folder, size: least < longestSide ? 32 : longestSide)
    // Large pictures are not held as they are.
    let areEqual = Set(pictures.map { [$0.height, $0.width] }).count == 1
    let isAsItIs = areEqual && pictures.allSatisfy { max($0.height, $0.width) <= longestSide }
    let possible = isAsItIs ? [plain, size] : [size]
    return try first(
      of: possible
        + possible.map {
          var files = $0
          files.skipsBroken = true
          return files
        }, name: name, pictures: files)
  }

  /// The side in pixels beyond which a small network on a processor becomes slow.
  private static let longestSide = 64

  /// The data by the first of some settings with which it can be read.
  private static func first(
    of possible: [DataFiles], name: String, pictures: ClassFolders.Files? = nil
  ) throws -> (files: DataFiles, data: FoundData) {
    var problem: (any Error)?
    for var files in possible {
      files.pictures = pictures
      do {
        return (files, try files.read(name: name))
      } catch {
        problem = problem ?? error
      }
    }
    throw problem ?? DataSetError.unknown(name, available: [])
  }
}
