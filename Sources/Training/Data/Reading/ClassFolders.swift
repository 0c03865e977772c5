import Foundation
import Tensors

/// Images in a folder for each class: `train/CLASS/NAME.png` or `.jpg`, and the same in `test`.
enum ClassFolders: DataReader {
  static let files = "train/CLASS/*.png or *.jpg, and test (class folders)"

  private static let extensions = ["png", "jpg", "jpeg"]

  static func read(_ names: Set<String>, in folder: String, _ data: DataFiles) throws -> DataParts?
  {
    guard names.contains("train") else { return nil }
    let training = listed(in: path(folder, "train"))
    guard !training.images.isEmpty else { return nil }
    guard DecodedImage.isPossible else {
      throw DataSetError.malformed(
        file: folder,
        problem: """
          it has folders of PNG or JPEG files, which this program cannot read: build it with libpng \
          and libjpeg-turbo (apt-get install libpng-dev libjpeg-dev; swift build --traits Images)
          """)
    }
    let test = listed(in: path(folder, "test"))
    guard !test.images.isEmpty else {
      throw DataSetError.malformed(
        file: path(folder, "test"), problem: "it has no class folders of images")
    }
    var parts = [
      Part(folder: path(folder, "train"), files: training),
      Part(folder: path(folder, "test"), files: test),
    ]
    for index in parts.indices { try parts[index].decode(skippingBroken: data.skipsBroken) }
    let isColoured = parts.contains { $0.images.contains { $0.shape.channels == 3 } }
    try checkSizes(parts, data.size)
    let broken = parts.reduce(0) { $0 + $1.broken }
    let others = training.others + test.others
    return DataParts(
      kind: "class folders"
        + (others > 0 ? ", without \(others) files that are no images" : "")
        + (broken > 0 ? ", without \(broken) broken images" : ""),
      training: parts[0].examples(isColoured: isColoured, size: data.size),
      test: parts[1].examples(isColoured: isColoured, size: data.size))
  }

  /// The images in the folders of a folder, in the order of their names.
  private static func listed(in folder: String) -> Files {
    let files = FileManager.default
    var found = Files()
    for name in ((try? files.contentsOfDirectory(atPath: folder)) ?? []).sorted() {
      let inner = path(folder, name)
      guard let names = try? files.contentsOfDirectory(atPath: inner) else { continue }
      for file in names.sorted() {
        guard extensions.contains((file as NSString).pathExtension.lowercased()) else {
          found.others += 1
          continue
        }
        found.images.append((path(inner, file), name))
      }
    }
    return found
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
  struct Files {
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

    mutating func decode(skippingBroken skipsBroken: Bool) throws {
      let paths = files.images.map { $0.path }
      let results = Self.all(paths)
      for (file, result) in zip(files.images, results) {
        switch result {
        case .success(let image):
          images.append(image)
          read.append(file)
        case .failure: broken += 1
        }
      }
      guard broken > 0, !skipsBroken else { return }
      let first =
        zip(paths, results).lazy.compactMap { path, result -> (String, String)? in
          guard case .failure(let problem) = result else { return nil }
          return (path, problem.text)
        }.first ?? ("", "")
      throw DataSetError.malformed(
        file: first.0,
        problem: """
          it is broken (\(first.1)), as are \(broken - 1) more of \(paths.count) images in \
          '\(folder)'; data.skipBroken: true leaves them out
          """)
    }

    /// Decodes files on all threads.
    private static func all(
      _ paths: [String]
    ) -> [Result<DecodedImage, DecodedImage.Problem>] {
      [Result<DecodedImage, DecodedImage.Problem>](
        unsafeUninitializedCapacity: paths.count
      ) { results, count in
        nonisolated(unsafe) let results = results
        Parallel.forEachRange(of: paths.count, length: 16) { part in
          for index in part {
            results.initializeElement(at: index, to: DecodedImage.decode(paths[index]))
          }
        }
        count = paths.count
      }
    }

    func examples(isColoured: Bool, size: Int?) -> DataPart {
      let first = images[0].shape
      let shape = ImageShape(
        channels: isColoured ? 3 : 1, height: size ?? first.height, width: size ?? first.width)
      var pixels: [UInt8] = []
      pixels.reserveCapacity(images.count * shape.count)
      for image in images {
        let sized = size.map { image.resized(to: $0) } ?? image
        var image = isColoured ? sized.coloured.pixels : sized.pixels
        image.withUnsafeMutableBufferPointer { $0.separateChannels(of: shape) }
        pixels += image
      }
      return DataPart(
        file: folder, examples: .images(Held(pixels, each: shape.count), shape),
        labels: .names(read.map { $0.label }))
    }
  }
}
