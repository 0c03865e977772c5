import Foundation
import TensorFiles

/// Examples without labels, for a network that is trained.
package struct UnlabelledFiles: Sendable {
  /// The examples. Their labels are all 0 and mean nothing.
  package let examples: ImageDataSet
  /// The file of each example; `nil` if one file has all.
  package let names: [String]?

  /// Reads what a network is to see: arrays, an IDX file, a table of features, one picture, or a folder of
  /// pictures, which may be in folders of their own.
  ///
  /// - Parameters:
  ///   - path: The file or the folder.
  ///   - layout: The order of the axes of images; `nil` if it is that of the format.
  ///   - trained: The network. Pictures of other sizes are brought to the size that it reads, and grey
  ///     ones to its colours.
  /// - Throws: ``DataSetError``, `FileError` or `TensorFileError`, also if the examples are not what the
  ///   network reads.
  package init(_ path: String, layout: PixelLayout? = nil, for trained: TrainedModel) throws {
    let input = trained.input
    let (count, examples): (Int, DataPart.Examples)
    var names: [String]?
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError.missing(file: path)
    }
    let kind = (path as NSString).pathExtension.lowercased()
    let isPicture = ClassFolders.extensions.contains(kind)
    if layout != nil, !["npz", "safetensors"].contains(kind) || isFolder.boolValue {
      throw DataSetError.malformed(
        file: path, problem: "only arrays in .npz and .safetensors have a layout to be named")
    }
    switch kind {
    case _ where isFolder.boolValue || isPicture:
      let files = isPicture && !isFolder.boolValue ? [path] : try Self.pictures(in: path)
      names = files
      (count, examples) = (files.count, try ClassFolders.pictures(files, in: path, for: input))
    case "npz", "safetensors": (count, examples) = try ArrayFiles.examples(in: path, layout)
    case "csv": (count, examples) = try Tables.examples(in: path, width: input.shape.channels)
    case _ where path.contains("idx3-ubyte"): (count, examples) = try IDXFolder.images(in: path)
    default:
      throw DataSetError.malformed(
        file: path,
        problem: """
          it is none of the kinds that are known: .npz and .safetensors with 'images' or 'features', \
          .csv, IDX, PNG and JPEG files, and folders of pictures
          """)
    }
    let labels = [UInt16](repeating: 0, count: count)
    let name = (path as NSString).lastPathComponent
    switch examples {
    case .images(let source, let shape):
      self.examples = ImageDataSet(
        name: name, source: source, labels: labels, labelling: .none, shape: shape,
        classes: trained.classes)
    case .features(let source, let width):
      self.examples = ImageDataSet(
        name: name, features: source, width: width, labels: labels, labelling: .none,
        classes: trained.classes)
    }
    self.names = names
    guard input.fits(self.examples) else {
      throw DataSetError.malformed(
        file: path, problem: "it has \(examples), and the student reads \(input)")
    }
    guard count > 0 else { throw DataSetError.malformed(file: path, problem: "it has no examples") }
  }

  /// The pictures of a folder and of its folders, in the order of their paths. Hidden ones are left out.
  private static func pictures(in folder: String) throws -> [String] {
    let paths = (FileManager.default.enumerator(atPath: folder)?.allObjects ?? [])
      .compactMap { $0 as? String }
      .filter { path in
        ClassFolders.isPicture(path)
          && !path.split(separator: "/").contains { $0.hasPrefix(".") }
      }
    guard !paths.isEmpty else {
      throw DataSetError.malformed(file: folder, problem: "it has no PNG and no JPEG files")
    }
    return paths.sorted().map { (folder as NSString).appendingPathComponent($0) }
  }
}
