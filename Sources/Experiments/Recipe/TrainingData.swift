import Distillation
import Training

/// The images of an experiment.
struct TrainingData: Sendable {
  let training: ImageDataSet
  /// The images that accuracy is measured on. They belong to the classes trained on.
  let test: ImageDataSet
  /// The images that recall is measured on. They belong to the classes held out; if there are none,
  /// they are ``test``.
  let retrieval: ImageDataSet
  let normalization: PixelNormalization
  /// Other images on which recall is measured as well, if the recipe names some.
  var domain: ImageDataSet?
}

extension TrainingData {
  /// The images that a recipe names in the settings at a path.
  init(_ settings: DataSettings, at path: [String] = ["data"]) throws {
    var (training, test): (ImageDataSet, ImageDataSet)
    switch settings.set {
    case "fashion-mnist":
      (training, test) = try FashionMNIST.load(folder: settings.directory)
      training =
        try settings.train.map { try training.balanced($0, seed: settings.seed) } ?? training
      test = try settings.test.map { try test.balanced($0, seed: settings.seed) } ?? test
    case "glyphs":
      training = Glyphs.make(count: settings.train ?? 4000, seed: settings.seed)
      test = Glyphs.make(count: settings.test ?? 2000, seed: settings.seed, split: "test")
    default:
      let error = DataSetError.unknown(settings.set, available: DataSets.names)
      throw SettingError(path: path + ["set"], problem: "\(error)")
    }
    var retrieval = test
    if !settings.heldOut.isEmpty {
      let heldOut = Set(settings.heldOut)
      if let foreign = settings.heldOut.first(where: { !training.classes.indices.contains($0) }) {
        throw Self.heldOut(
          path,
          "no class \(foreign); choose from 0 to \(training.classes.count - 1)")
      }
      training = training.subset { !heldOut.contains($0) }
      retrieval = test.subset { heldOut.contains($0) }
      test = test.subset { !heldOut.contains($0) }
      for (what, images) in [
        ("training images of the other classes", training),
        ("test images of the other classes", test), ("test images of these classes", retrieval),
      ] where images.count == 0 {
        throw Self.heldOut(path, "no \(what) are left")
      }
    }
    self.init(
      training: training, test: test, retrieval: retrieval,
      normalization: PixelNormalization(of: training))
  }

  private static func heldOut(_ path: [String], _ problem: String) -> SettingError {
    SettingError(path: path + ["heldOut"], problem: problem)
  }

  /// The images that a network is trained on, as many as its settings ask for.
  func images(for settings: TrainingSettings, of recipe: Recipe) throws -> ImageDataSet {
    guard let count = settings.images else { return training }
    return try training.balanced(count, seed: recipe.data.seed)
  }

  /// Training images that students with these settings are not trained on.
  func validationImages(
    beside settings: TrainingSettings, of recipe: Recipe
  ) throws -> ImageDataSet {
    let (used, wanted) = (settings.images ?? training.count, recipe.validation.images)
    guard used + wanted <= training.count else {
      throw SettingError(
        path: ["validation", "images"],
        problem: """
          the students take \(used) of \(training.count) training images, which leaves \
          \(training.count - used), fewer than \(wanted)
          """)
    }
    return try training.split(used, seed: recipe.data.seed).rest
      .balanced(wanted, seed: recipe.data.seed)
  }

  /// This data with `images` for every test.
  func testing(on images: ImageDataSet) -> TrainingData {
    TrainingData(
      training: training, test: images, retrieval: images, normalization: normalization,
      domain: domain)
  }

  /// The network that the recipe names in the settings at a path.
  func network(_ name: String, at path: [String]) throws -> any Network {
    do {
      return try Networks.named(
        name, classes: training.classes.count, shape: training.shape)
    } catch let error as TrainingError {
      throw SettingError(path: path + ["network"], problem: "\(error)")
    }
  }
}

extension ImageDataSet {
  /// The images whose class `isWanted`, in their order.
  fileprivate func subset(ofClasses isWanted: (Int) -> Bool) -> ImageDataSet {
    subset(at: labels.indices.filter { isWanted(Int(labels[$0])) })
  }
}
