import Foundation
import TensorFiles

/// Fashion-MNIST: 60,000 and 10,000 images of clothes, 28×28, in ten classes.
///
/// Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
/// Learning Algorithms", arXiv:1708.07747.
public enum FashionMNIST {
  /// The classes, in the order of the labels.
  package static let classes = [
    "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
    "ankle boot",
  ]

  /// The environment variable that can name the folder of the files.
  package static let environmentVariable = "KINDRED_DATA"

  /// The folder in which the Debian package `dataset-fashion-mnist` installs the files.
  static let packageFolder = "/usr/share/datasets/fashion-mnist"

  private static let name = "fashion-mnist"

  /// Reads the four IDX files, gzipped or not.
  ///
  /// If `folder` is given, only it is searched. Otherwise the folder in the environment variable
  /// `KINDRED_DATA` is searched first, then the folder of Debian's package. In `folder` and in the
  /// variable's folder, the files may also be in a subfolder `fashion-mnist`.
  ///
  /// - Returns: The 60,000 images to train on and the 10,000 to test on.
  /// - Throws: ``DataSetError``, `FileError` or `TensorFileError`.
  public static func load(
    folder: String? = nil
  ) throws -> (training: ImageDataSet, test: ImageDataSet) {
    try load(
      folder: folder, fromEnvironment: ProcessInfo.processInfo.environment[environmentVariable],
      packageFolder: packageFolder)
  }

  static func load(
    folder: String?, fromEnvironment environmentFolder: String?, packageFolder: String
  ) throws -> (training: ImageDataSet, test: ImageDataSet) {
    // An empty variable does not name a folder.
    let named = folder ?? (environmentFolder == "" ? nil : environmentFolder)
    let ownFolders = named.map { [$0, ($0 as NSString).appendingPathComponent(name)] } ?? []
    let folder = try find(in: ownFolders + (folder == nil ? [packageFolder] : []))
    let training = try part("train", in: folder)
    let test = try part("t10k", in: folder)
    guard training.shape == test.shape else {
      throw DataSetError.malformed(
        file: folder,
        problem: """
          the images to train on are \(training.shape), those to test on \(test.shape)
          """)
    }
    return (training, test)
  }

  /// The first folder that has any of the files.
  private static func find(in folders: [String]) throws -> String {
    let found = folders.first { folder in
      ["train", "t10k"].contains { part in
        ["images-idx3", "labels-idx1"].contains { file("\(part)-\($0)-ubyte", in: folder) != nil }
      }
    }
    guard let found else {
      throw DataSetError.notFound(
        name: "Fashion-MNIST", folders: folders,
        advice: """
          install the Debian package dataset-fashion-mnist (apt-get install \
          dataset-fashion-mnist), or download train-images-idx3-ubyte.gz and its three companions \
          from https://github.com/zalandoresearch/fashion-mnist and name their folder in --data \
          or \(environmentVariable)
          """)
    }
    return found
  }

  /// The path of a file, or of its gzipped form, if there is one.
  private static func file(_ name: String, in folder: String) -> String? {
    ["", ".gz"].map { (folder as NSString).appendingPathComponent(name + $0) }
      .first { FileManager.default.fileExists(atPath: $0) }
  }

  private static func part(_ part: String, in folder: String) throws -> ImageDataSet {
    func path(_ content: String) throws -> String {
      let name = "\(part)-\(content)-ubyte"
      guard let path = file(name, in: folder) else {
        throw FileError.missing(file: (folder as NSString).appendingPathComponent(name) + "[.gz]")
      }
      return path
    }
    let imagesPath = try path("images-idx3")
    let labelsPath = try path("labels-idx1")
    let images = try IDX.images(in: imagesPath)
    let labels = try IDX.labels(in: labelsPath)
    guard images.count == labels.count else {
      throw DataSetError.malformed(
        file: labelsPath,
        problem: "\(labels.count) labels for the \(images.count) images in '\(imagesPath)'")
    }
    if let index = labels.firstIndex(where: { Int($0) >= classes.count }) {
      throw DataSetError.malformed(
        file: labelsPath,
        problem: "label \(index) is \(labels[index]), not 0 to \(classes.count - 1)")
    }
    return ImageDataSet(
      name: name, images: images.pixels, labels: labels,
      shape: ImageShape(height: images.height, width: images.width), classes: classes)
  }
}
