import Distillation
import Tensors
package import Training

/// The images of an experiment.
package struct DataSettings: Configurable {
  /// The data set: `fashion-mnist` or `glyphs`. If it is `nil`, the files decide; without files it
  /// is `fashion-mnist`.
  package var set: String?

  /// The folder of the files. If it is `nil`, the usual places are searched for Fashion-MNIST.
  package var directory: String?

  /// The numbers of images to train and to test on, or the files with them. If a number is `nil`,
  /// all images are used. `glyphs` makes as many as asked for, by default 4,000 and 2,000.
  package var train: DataPartSetting?
  package var test: DataPartSetting?

  /// The order of the axes of images in arrays: `NCHW` or `NHWC`.
  package var layout: PixelLayout?

  /// The name of a table's column of labels, or its number counted from 1, or `none` if it has none; for
  /// CIFAR-100, `fine` or `coarse`.
  package var labels: String?

  /// The side in pixels that images in class folders are brought to, by averaging areas.
  package var size: Int?

  /// Whether images in class folders that cannot be decoded are left out.
  package var skipBroken: Bool?

  /// The normalisation of each channel or feature; `nil` if it is that of the training examples.
  package var normalization: NormalizationSettings?

  /// Classes, counted from 0, that no network is trained on. As in metric learning, recall is then
  /// measured on the test images of these classes and accuracy on those of the others. The images
  /// of both parts, and those to train on, are correspondingly fewer.
  package var heldOut: [Int] = []

  /// The seed: for `glyphs`, of the drawings; for other sets, of the choice of images. With `each`, the images that a
  /// network takes of those to train on (`training.images`, `validation.images`) are chosen anew for each seed.
  package var seed = SeedSetting.one(0)

  package init() {}
  package static let standard = Self()
}

/// The examples to train or to test on, as a recipe names them: how many, or the file.
package enum DataPartSetting: Codable, Hashable, Sendable {
  case count(Int)
  case file(String)

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let count = try? container.decode(Int.self) {
      self = .count(count)
    } else if let path = try? container.decode(String.self) {
      self = .file(path)
    } else {
      self = .count(try container.decode(Int.self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .count(let count): try container.encode(count)
    case .file(let path): try container.encode(path)
    }
  }

  /// The number of examples, if it is given.
  package var count: Int? { if case .count(let count) = self { count } else { nil } }

  /// The path of a file, if it is given.
  package var file: String? { if case .file(let path) = self { path } else { nil } }
}

extension DataSettings {
  /// The name of the data in tables: that of the set, or of the folder or the file; `data` for the folder
  /// in which the recipe is.
  package var name: String {
    if let set { return set }
    guard let path = directory ?? train?.file else { return Self.usual }
    return path.split(separator: "/").last { $0 != "." && $0 != ".." }.map { String($0) } ?? "data"
  }

  /// The set without settings.
  static let usual = "fashion-mnist"

  /// Throws ``SettingError`` if a setting is impossible.
  func validate(in path: [String]) throws {
    func wrong(_ name: String, _ problem: String) -> SettingError {
      SettingError(path: path + [name], problem: problem)
    }
    for (name, part) in [("train", train), ("test", test)] {
      if let count = part?.count, !(1...1_000_000).contains(count) {
        throw wrong(name, "expected 1 to 1000000, not \(count)")
      }
    }
    guard Set(heldOut).count == heldOut.count else {
      throw wrong("heldOut", "expected different classes")
    }
    if let size, !(1...4096).contains(size) {
      throw wrong("size", "expected 1 to 4096, not \(size)")
    }
    let hasFile = train?.file != nil
    guard hasFile || test?.file == nil else {
      throw wrong("test", "a file to test on needs one to train on, in 'train'")
    }
    if hasFile {
      if let set { throw wrong("train", "a file, and the data set '\(set.visible)' has its own") }
      if directory != nil {
        throw wrong("train", "a file, beside 'directory', which has all files")
      }
      if test?.count != nil { throw wrong("test", "expected a file as in 'train', not a number") }
    }
    if set != nil || directory == nil && !hasFile {
      if layout != nil { throw wrong("layout", "it is of arrays in files, and there are none") }
      if size != nil { throw wrong("size", "it is of images in class folders, and there are none") }
      if labels != nil { throw wrong("labels", "it is of tables in files, and there are none") }
    }
  }

  /// These settings with the set that is used where they name no set and no files.
  var completed: DataSettings {
    var settings = self
    if set == nil, directory == nil, train?.file == nil { settings.set = Self.usual }
    return settings
  }
}

extension Recipe {
  /// This recipe, in which data that name nothing name the set that is used then.
  var completed: Recipe {
    var recipe = self
    recipe.data = data.completed
    recipe.evaluation.domain = evaluation.domain?.completed
    return recipe
  }
}
