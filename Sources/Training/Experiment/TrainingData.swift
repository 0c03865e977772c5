/// The images of an experiment.
struct TrainingData: Sendable {
  let training: ImageDataSet
  let test: ImageDataSet
  let normalization: Normalization

  /// The data sets that recipes can name.
  static let names = ["fashion-mnist", "glyphs"]

  init(_ settings: DataSettings) throws {
    switch settings.set {
    case "fashion-mnist":
      let (training, test) = try FashionMNIST.load(folder: settings.directory)
      self.training = training.balancedSubset(settings.train, seed: settings.seed)
      self.test = test.balancedSubset(settings.test, seed: settings.seed)
    case "glyphs":
      training = Glyphs.make(count: settings.train ?? 4000, seed: settings.seed)
      // The test images have a stream of their own.
      test = Glyphs.make(count: settings.test ?? 2000, seed: ~settings.seed)
    default:
      throw TrainingError.unknownDataSet(settings.set, available: Self.names)
    }
    normalization = Normalization(of: training)
  }

  func network(_ name: String) throws -> any Network {
    try Networks.named(
      name, classes: training.classes.count, height: training.height, width: training.width)
  }
}
