import Foundation
import TensorFiles
import Tensors

/// Images in a folder for each class: `train/CLASS/NAME.png` or `.jpg`, and the same in `test`.
enum ClassFolders: DataReader {
  static let files = "train/CLASS/*.png or *.jpg, and test (class folders)"
  static let settings: [String] = ["size", "skipBroken"]

  /// The endings of the names of pictures.
  static let extensions = ["png", "jpg", "jpeg"]

  static func read(_ names: Set<String>, in folder: String, _ data: DataFiles) throws -> DataParts?
  {
    guard names.contains("train") || data.isMeasured && isOfFolders(names, in: folder) else {
      return nil
    }
    // What is only measured may be the part to test on alone, or class folders without parts.
    let hasParts = names.contains("train")
    let place = hasParts || names.contains("test") ? path(folder, "test") : folder
    let training = try data.pictures ?? listed(in: hasParts ? path(folder, "train") : place)
    guard !training.images.isEmpty else { return nil }
    try checkIsPossible(for: folder)
    let test = hasParts ? try listed(in: place) : training
    guard !test.images.isEmpty else {
      throw DataSetError.malformed(
        file: path(folder, "test"), problem: "it has no class folders of images")
    }
    var parts = [
      Part(folder: hasParts ? path(folder, "train") : place, files: training),
      Part(folder: place, files: test),
    ]
    for index in parts.indices {
      try parts[index].decode(
        size: data.size ?? data.usualSize, skippingBroken: data.skipsBroken)
    }
    let isColoured = parts.contains { $0.images.contains { $0.shape.channels == 3 } }
    try checkSizes(parts, data.size ?? data.usualSize)
    let broken = parts.reduce(0) { $0 + $1.broken }
    let others = training.others + test.others
    return DataParts(
      kind: "class folders"
        + (others > 0 ? ", without \(others) files that are no images" : "")
        + (broken > 0 ? ", without \(broken) broken images" : ""),
      training: parts[0].examples(isColoured: isColoured),
      test: parts[1].examples(isColoured: isColoured))
  }

  /// Whether everything in a folder that is not hidden is a folder.
  private static func isOfFolders(_ names: Set<String>, in folder: String) -> Bool {
    names.allSatisfy { $0.hasPrefix(".") || isFolder(path(folder, $0)) }
  }

  /// Throws ``DataSetError`` if this program cannot decode pictures.
  private static func checkIsPossible(for place: String) throws {
    guard !DecodedImage.isPossible else { return }
    throw DataSetError.malformed(
      file: place,
      problem: """
        it has PNG or JPEG files, which this program cannot read: build it with libpng and \
        libjpeg-turbo (apt-get install libpng-dev libjpeg-dev; swift build --traits Images)
        """)
  }

  /// Pictures as a network reads them: of its size, by averaging areas, and of its colours.
  ///
  /// - Parameters:
  ///   - paths: The files.
  ///   - place: What messages about several of them name.
  ///   - input: What the network reads.
  /// - Returns: The pictures, in the order of the files.
  /// - Throws: ``DataSetError`` if a file cannot be decoded, or if the network reads grey images and one has
  ///   colours.
  static func pictures(
    _ paths: [String], in place: String, for input: ModelInput
  ) throws -> DataPart.Examples {
    try checkIsPossible(for: place)
    let shape = input.shape
    guard !input.isOfFeatures, [1, 3].contains(shape.channels) else {
      throw DataSetError.malformed(
        file: place, problem: "it has pictures, and the student reads \(input)")
    }
    let size = shape.height == shape.width ? shape.height : nil
    var part = Part(folder: place, files: Files(images: paths.map { ($0, "") }))
    try part.decode(size: size, skippingBroken: false, advice: "")
    for (image, path) in zip(part.images, paths)
    where (image.shape.height, image.shape.width) != (shape.height, shape.width)
      || image.shape.channels > shape.channels
    {
      throw DataSetError.malformed(
        file: path, problem: "it is an image of \(image.shape), and the student reads \(input)")
    }
    return part.examples(isColoured: shape.channels == 3).examples
  }

  /// The files to train on in class folders; `nil` if there are no such folders, or if this program cannot decode
  /// images.
  static func training(in folder: String) -> Files? {
    DecodedImage.isPossible ? try? listed(in: path(folder, "train")) : nil
  }

  /// The shape of the first image of each class that can be decoded.
  static func firstShapes(of files: Files) -> [ImageShape] {
    let files = files.images
    return Dictionary(grouping: files) { $0.label }.values.compactMap { files in
      files.lazy.compactMap { try? DecodedImage.decode($0.path).get().shape }.first
    }
  }

  /// The images in the folders of a folder, in the order of their names. Hidden files and folders are none.
  ///
  /// - Throws: `FileError` if a folder cannot be read.
  private static func listed(in folder: String) throws -> Files {
    var found = Files()
    guard isFolder(folder) else { return found }
    for name in try names(in: folder) {
      let inner = path(folder, name)
      guard isFolder(inner) else {
        found.others += 1
        continue
      }
      for file in try names(in: inner) {
        guard isPicture(file) else {
          found.others += 1
          continue
        }
        found.images.append(("\(inner)/\(file)", name))
      }
    }
    return found
  }

  /// Whether a name ends as those of pictures do.
  static func isPicture(_ name: String) -> Bool {
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else {
      return false
    }
    return extensions.contains(name[name.index(after: dot)...].lowercased())
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  private static func names(in folder: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        .filter { !$0.hasPrefix(".") }
    } catch {
      throw FileError.unreadable(file: folder, reason: error.localizedDescription)
    }
  }

  private static func path(_ folder: String, _ name: String) -> String {
    (folder as NSString).appendingPathComponent(name)
  }

  /// Throws ``DataSetError`` if images have several sizes and the recipe gives none.
  private static func checkSizes(_ parts: [Part], _ size: Int?) throws {
    guard size == nil, let first = parts[0].images.first else { return }
    for part in parts {
      for (image, file) in zip(part.images, part.read)
      where (image.shape.height, image.shape.width) != (first.shape.height, first.shape.width) {
        throw DataSetError.malformed(
          file: file.path,
          problem: """
            it has \(image.shape.height)×\(image.shape.width) pixels, and '\(parts[0].read[0].path)' \
            has \(first.shape.height)×\(first.shape.width): data.size makes all equal
            """)
      }
    }
  }

  /// The files of a part.
  struct Files: Sendable {
    var images: [(path: String, label: String)] = []
    /// The number of files that are no images by their names.
    var others = 0
  }

  /// A part whose images are decoded.
  private struct Part {
    let folder: String
    let files: Files
    private(set) var images: [DecodedImage] = []
    /// The files of the images.
    private(set) var read: [(path: String, label: String)] = []
    private(set) var broken = 0

    init(folder: String, files: Files) { (self.folder, self.files) = (folder, files) }

    /// Decodes all images, each brought to `size`×`size` pixels if that is given.
    mutating func decode(
      size: Int?, skippingBroken skipsBroken: Bool,
      advice: String = "; data.skipBroken: true leaves them out"
    ) throws {
      let paths = files.images.map { $0.path }
      let results = Self.all(paths, size: size)
      for (file, result) in zip(files.images, results) {
        switch result {
        case .success(let image):
          images.append(image)
          read.append(file)
        case .failure: broken += 1
        }
      }
      guard broken > 0, !skipsBroken || images.isEmpty else { return }
      let first =
        zip(paths, results).lazy.compactMap { path, result -> (String, String)? in
          guard case .failure(let problem) = result else { return nil }
          return (path, problem.text)
        }.first ?? ("", "")
      throw DataSetError.malformed(
        file: folder,
        problem:
          "\(broken) of \(paths.count) images are broken, the first one '\(first.0)': \(first.1)"
          + (images.isEmpty ? "" : advice))
    }

    /// Decodes files on all threads.
    private static func all(
      _ paths: [String], size: Int?
    ) -> [Result<DecodedImage, DecodedImage.Problem>] {
      [Result<DecodedImage, DecodedImage.Problem>](
        unsafeUninitializedCapacity: paths.count
      ) { results, count in
        nonisolated(unsafe) let results = results
        Parallel.forEachRange(of: paths.count, length: 16) { part in
          for index in part {
            let image = DecodedImage.decode(paths[index])
            // What is large is not held beside others.
            results.initializeElement(
              at: index, to: image.map { image in size.map { image.resized(to: $0) } ?? image })
          }
        }
        count = paths.count
      }
    }

    func examples(isColoured: Bool) -> DataPart {
      var shape = images[0].shape
      shape.channels = isColoured ? 3 : 1
      let size = shape.count
      let pixels = [UInt8](unsafeUninitializedCapacity: images.count * size) { pixels, count in
        nonisolated(unsafe) let pixels = pixels
        Parallel.forEachRange(of: images.count, length: 16) { part in
          for index in part {
            images[index].writePlanes(
              of: shape.channels,
              to: UnsafeMutableBufferPointer(rebasing: pixels[index * size..<(index + 1) * size]))
          }
        }
        count = images.count * size
      }
      return DataPart(
        file: folder, examples: .images(Held(pixels, each: shape.count), shape),
        labels: .names(read.map { $0.label }))
    }
  }
}
