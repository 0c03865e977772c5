/// The images of an experiment.
struct TrainingData: Sendable {
  let training: ImageDataSet
  let test: ImageDataSet
  let normalization: PixelNormalization

  init(_ settings: DataSettings) throws {
    switch settings.set {
    case "fashion-mnist":
      let (training, test) = try FashionMNIST.load(folder: settings.directory)
      self.training =
        try settings.train.map { try training.balanced($0, seed: settings.seed) } ?? training
      self.test = try settings.test.map { try test.balanced($0, seed: settings.seed) } ?? test
    case "glyphs":
      training = Glyphs.make(count: settings.train ?? 4000, seed: settings.seed)
      test = Glyphs.make(count: settings.test ?? 2000, seed: settings.seed, split: "test")
    default:
      let error = TrainingError.unknownDataSet(settings.set, available: DataSets.names)
      throw TrainingError.recipe(path: ["data", "set"], problem: "\(error)")
    }
    normalization = PixelNormalization(of: training)
  }

  /// The images that a network is trained on: as many as its settings ask for.
  func images(for settings: TrainingSettings, of recipe: Recipe) throws -> ImageDataSet {
    guard let count = settings.images else { return training }
    return try training.balanced(count, seed: recipe.data.seed)
  }

  /// The network that the recipe names for a learner, `student` or `teacher`.
  func network(_ name: String, of learner: String) throws -> any Network {
    do {
      return try Networks.named(
        name, classes: training.classes.count, height: training.height, width: training.width)
    } catch let error as TrainingError {
      throw TrainingError.recipe(path: [learner, "network"], problem: "\(error)")
    }
  }
}
