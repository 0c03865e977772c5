import Distillation
import Foundation
import TensorFiles
package import Training

/// Data that a trained student was not trained on, to measure it on.
public struct OtherData: Sendable {
  /// The kind of the data: `arrays in .npz`.
  public let kind: String
  private let training: ImageDataSet?
  private let test: ImageDataSet

  /// The number of examples that are measured.
  public var count: Int { test.count }

  /// Reads data for students of a run.
  ///
  /// - Parameters:
  ///   - path: A folder with data to train and to test on, of which the second part is measured; class folders
  ///     alone; or one file, which is measured as a whole; or the name of a set, such as `fashion-mnist`.
  ///   - layout: The order of the axes of images in arrays; `nil` if it is that of the format.
  ///   - labels: The column of labels of a table; `nil` if it is the usual one.
  ///   - trained: A student. Images are brought to the size that it reads, and classes are found by its
  ///     names.
  /// - Throws: `DataSetError`, `FileError` or `TensorFileError`, also if the data have other classes or
  ///   another shape than the student's.
  package init(
    _ path: String, layout: PixelLayout? = nil, labels: String? = nil, for trained: TrainedModel
  ) throws {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if !exists, DataSets.names.contains(path) {
      var settings = DataSettings()
      settings.set = path
      let data = try TrainingData(settings)
      kind = path
      (training, test) = (data.training, try data.test.checked(for: trained, in: path))
      return
    }
    guard exists else { throw FileError.missing(file: path) }
    var files = DataFiles(layout: layout, labels: labels)
    files.usualSize =
      trained.input.shape.height == trained.input.shape.width
      ? trained.input.shape.height : nil
    files.isMeasured = true
    var hasParts = true
    if isFolder.boolValue {
      files.directory = path
    } else {
      files.train = path
      hasParts =
        (try? TensorFile(path)).map { file in
          ["test_images", "test_features"].contains { file.contains($0) }
        } ?? false
      files.test = hasParts ? nil : path
    }
    let found = try files.read(name: (path as NSString).lastPathComponent)
    // Class folders that are one part alone have nothing to train on.
    if found.kind.hasPrefix("class folders"),
      !FileManager.default.fileExists(atPath: (path as NSString).appendingPathComponent("train"))
    {
      hasParts = false
    }
    let size = trained.input.shape
    kind =
      found.kind
      + (found.test.isOfOtherSize(than: trained.input)
        ? ", brought to \(size.height)×\(size.width) pixels" : "")
    test = try found.test.checked(for: trained, in: path)
    training =
      hasParts && found.training.isLabelled
      ? try found.training.checked(for: trained, in: path) : nil
  }

  /// The metrics of a student on these data, by name: those of a recipe that need neither the student's
  /// training nor another domain. The accuracy by nearest neighbours is left out if there are no examples to
  /// train on.
  ///
  /// - Throws: ``SettingError`` if there are too few examples.
  package func metrics(
    of trained: TrainedModel, _ evaluation: EvaluationSettings
  ) throws -> [(name: String, value: Double)] {
    let given = ModelInput(test, normalizedBy: trained.input.normalization)
    var model = trained.model
    if given != trained.input {
      let network = AdaptedNetwork(model.network, reading: trained.input, of: given)
      model = Model(network: network, weights: model.weights)
    }
    var settings = evaluation
    (settings.domain, settings.training, settings.spuriousTeacher) = (nil, false, nil)
    settings.teacherNeighbours = []
    if training == nil { settings.neighbours = [] }
    let known = training ?? test
    let data = TrainingData(
      all: known, training: known, test: test, allTest: test, retrieval: test,
      normalization: trained.input.normalization)
    try data.check(settings)
    let metrics = try settings.metrics(
      of: model, after: [], trainedOn: data.training, in: data, nil)
    return (["accuracy"] + settings.names).compactMap { name in metrics[name].map { (name, $0) } }
  }
}

extension TrainingData {
  /// Throws ``SettingError`` if there are too few examples for a metric.
  fileprivate func check(_ evaluation: EvaluationSettings) throws {
    func wrong(_ name: String, _ problem: String) -> SettingError {
      SettingError(path: ["evaluation", name], problem: problem)
    }
    if let most = evaluation.recall.max(), most > test.count - 1 {
      throw wrong("recall", "the data have \(test.count) examples: too few for \(most) others")
    }
    if let most = evaluation.neighbours.max(), most > training.count {
      throw wrong("neighbours", "the data have \(training.count) examples: too few for \(most)")
    }
    if let fewShot = evaluation.fewShot, let shots = fewShot.shots.max() {
      let classes = fewShot.classes(in: test.labels.map { Int($0) }, shots: shots).count
      guard classes >= fewShot.ways else {
        throw wrong("fewShot", "\(classes) classes of the data have enough examples")
      }
    }
  }
}

extension ImageDataSet {
  /// Whether these are images of another size than a student reads, to which they are brought.
  fileprivate func isOfOtherSize(than input: ModelInput) -> Bool {
    !isOfFeatures && !input.isOfFeatures && shape != input.shape
      && shape.channels == input.shape.channels
  }

  /// This set with the classes of a student.
  ///
  /// - Throws: `DataSetError` if it has other classes, or examples of another shape.
  fileprivate func checked(for trained: TrainedModel, in path: String) throws -> ImageDataSet {
    guard isLabelled else {
      throw DataSetError.malformed(
        file: path,
        problem: """
          it has no labels to measure a student by; 'kindred predict' says what a student makes of it
          """)
    }
    guard trained.input.fits(self) || isOfOtherSize(than: trained.input) else {
      let found = ModelInput(self, normalizedBy: trained.input.normalization)
      throw DataSetError.malformed(
        file: path, problem: "it has \(found), and the student reads \(trained.input)")
    }
    let known = trained.classes
    // Classes that are numbers are those of the same places.
    let areNumbers = classes.indices.allSatisfy { classes[$0] == "\($0)" }
    if classes == known || areNumbers && classes.count <= known.count {
      var set = self
      set.classes = known
      return set
    }
    let places = Dictionary(zip(known, known.indices)) { first, _ in first }
    let present = Set(labels.map { Int($0) })
    let foreign = classes.indices.first { index in
      places[classes[index]] == nil && present.contains(index)
        && !(areNumbers && index < known.count)
    }.map { classes[$0] }
    if let foreign {
      let some = known.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
      throw DataSetError.malformed(
        file: path,
        problem: """
          it has the class '\(foreign)', and the student tells \(known.count) others apart, \
          \(some)\(known.count > 5 ? ", …" : "")
          """)
    }
    return relabelled(
      classes.enumerated().map { places[$1] ?? (areNumbers ? min($0, known.count - 1) : 0) },
      as: known)
  }
}
