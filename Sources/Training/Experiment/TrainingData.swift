/// The images of an experiment.
struct TrainingData: Sendable {
  let training: ImageDataSet
  let test: ImageDataSet
  let normalization: PixelNormalization

  init(_ settings: DataSettings) throws {
    switch settings.set {
    case "fashion-mnist":
      let (training, test) = try FashionMNIST.load(folder: settings.directory)
      self.training = try training.balanced(
        settings.train ?? training.count, seed: settings.seed)
      self.test = try test.balanced(settings.test ?? test.count, seed: settings.seed)
    case "glyphs":
      training = Glyphs.make(count: settings.train ?? 4000, seed: settings.seed)
      test = Glyphs.make(count: settings.test ?? 2000, seed: settings.seed, split: "test")
    default:
      throw TrainingError.unknownDataSet(settings.set, available: DataSets.names)
    }
    normalization = PixelNormalization(of: training)
  }

  /// The images that a network is trained on: as many as its settings ask for.
  func images(for settings: TrainingSettings, of recipe: Recipe) throws -> ImageDataSet {
    guard let count = settings.images else { return training }
    return try training.balanced(count, seed: recipe.data.seed)
  }

  func network(_ name: String) throws -> any Network {
    try Networks.named(
      name, classes: training.classes.count, height: training.height, width: training.width)
  }
}
