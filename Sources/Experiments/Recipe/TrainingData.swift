import Distillation
import Tensors
import Training

/// The images of an experiment.
struct TrainingData: Sendable {
  /// All images to train on, as the data has them, before any are left out.
  let all: ImageDataSet
  private(set) var training: ImageDataSet
  /// The images that accuracy is measured on. They belong to the classes trained on.
  let test: ImageDataSet
  /// All images to test on, as the data has them.
  let allTest: ImageDataSet
  /// The images that recall is measured on. They belong to the classes held out; if there are none,
  /// they are ``test``.
  let retrieval: ImageDataSet
  private(set) var normalization: PixelNormalization
  /// Whether the recipe says the normalisation, which is otherwise that of the training images.
  private(set) var isNormalizationGiven = false
  /// What the first teacher says of the images that recall is measured on, if its file has it and a metric
  /// reads it.
  var teacherFeatures: Tensor?
  /// Other images on which recall is measured as well, if the recipe names some.
  var domain: ImageDataSet?
  /// What files were found to be; `nil` for a set of a name.
  var kind: String?
}

extension TrainingData {
  /// The images that a recipe in a folder names in the settings at a path. If those to train on have no labels, the
  /// `classes` that teachers tell apart stand for theirs.
  init(
    _ settings: DataSettings, at path: [String] = ["data"], in folder: String = "",
    unlessLabelled classes: [String]? = nil
  ) throws {
    let settings = settings.completed
    var (training, test): (ImageDataSet, ImageDataSet)
    var kind: String?
    func inFolder(_ path: String?) -> String? { path.map { Recipe.path($0, in: folder) } }
    switch settings.set {
    case "glyphs":
      training = Glyphs.make(count: settings.train?.count ?? 4000, seed: settings.seed.shared)
      test = Glyphs.make(
        count: settings.test?.count ?? 2000, seed: settings.seed.shared, split: "test")
    case "fashion-mnist":
      (training, test) = try FashionMNIST.load(folder: inFolder(settings.directory))
    case let set?:
      let error = DataSetError.unknown(set, available: DataSets.names)
      throw SettingError(path: path + ["set"], problem: "\(error)")
    case nil:
      var files = DataFiles(
        directory: inFolder(settings.directory), train: inFolder(settings.train?.file),
        test: inFolder(settings.test?.file), layout: settings.layout, labels: settings.labels,
        size: settings.size, skipsBroken: settings.skipBroken ?? false)
      files.classes = classes
      let found = try files.read(name: settings.name)
      (kind, training, test) = (found.kind, found.training, found.test)
    }
    let (all, allTest) = (training, test)
    if settings.set != "glyphs" {
      training =
        try settings.train?.count.map { try training.balanced($0, seed: settings.seed.shared) }
        ?? training
      test =
        try settings.test?.count.map { try test.balanced($0, seed: settings.seed.shared) } ?? test
    }
    var retrieval = test
    if !settings.heldOut.isEmpty {
      guard training.isLabelled, test.isLabelled else {
        throw Self.heldOut(path, "the data have no labels that say which class an example is of")
      }
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
    let given = try settings.normalization?.normalization(
      channels: training.shape.channels, at: path + ["normalization"])
    self.init(
      all: all, training: training, test: test, allTest: allTest, retrieval: retrieval,
      normalization: given ?? PixelNormalization(of: training), isNormalizationGiven: given != nil,
      kind: kind)
  }

  private static func heldOut(_ path: [String], _ problem: String) -> SettingError {
    SettingError(path: path + ["heldOut"], problem: problem)
  }

  /// The images that a network is trained on, as many as its settings ask for, chosen with a seed.
  func images(for settings: TrainingSettings, seed: UInt64) throws -> ImageDataSet {
    guard let count = settings.images else { return training }
    return try training.balanced(count, seed: seed)
  }

  /// Training images that students with these settings, and images chosen with this seed, are not trained on.
  func validationImages(
    beside settings: TrainingSettings, of recipe: Recipe, seed: UInt64
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
    return try training.split(used, seed: seed).rest.balanced(wanted, seed: seed)
  }

  /// Leaves out the training images at other places of ``all``.
  mutating func keep(_ isKept: (Int) -> Bool) {
    training = training.reduced(toPlaces: isKept)
    if !isNormalizationGiven { normalization = PixelNormalization(of: training) }
  }

  /// This data with `images` for every test.
  func testing(on images: ImageDataSet) -> TrainingData {
    TrainingData(
      all: all, training: training, test: images, allTest: images, retrieval: images,
      normalization: normalization, domain: domain, kind: kind)
  }

  /// The network that the recipe names in the settings at a path, and what it reads of the data.
  func network(
    _ name: String, _ settings: InputSettings, of networks: Networks, at path: [String]
  ) throws -> any Network {
    do {
      let given = ModelInput(training, normalizedBy: normalization)
      let input = try settings.input(of: given, at: path)
      let network = try networks.named(
        name, classes: training.classes.count, shape: (input ?? given).shape)
      guard training.isOfFeatures, !networks.takesFeatures(network) else {
        return input.map { AdaptedNetwork(network, reading: $0, of: given) } ?? network
      }
      throw SettingError(
        path: path + ["network"],
        problem: """
          '\(name)' takes images, and the data are \(training.shape.channels) features; \
          possible: \(networks.patternsForFeatures.joined(separator: ", "))
          """)
    } catch let error as TrainingError {
      throw SettingError(path: path + ["network"], problem: "\(error)")
    }
  }
}

extension Recipe {
  /// A path that a recipe in a folder names, from where the program runs.
  static func path(_ path: String, in folder: String) -> String {
    folder.isEmpty || path.hasPrefix("/") ? path : "\(folder)/\(path)"
  }
}

extension ImageDataSet {
  /// The images whose class `isWanted`, in their order.
  fileprivate func subset(ofClasses isWanted: (Int) -> Bool) -> ImageDataSet {
    subset(at: labels.indices.filter { isWanted(Int(labels[$0])) })
  }
}
