import Distillation
import Training

/// The normalisation of images or features, as a recipe gives it: (x − mean) / standard deviation, for each
/// channel, with black as 0 and white as 1, or for each feature.
package struct NormalizationSettings: Configurable {
  package var means: [Double] = []
  package var standardDeviations: [Double] = []

  package init() {}
  package static let standard = Self()

  /// The normalisation of so many channels.
  ///
  /// - Throws: ``SettingError`` if there is not a finite mean, and a deviation above 0, for each.
  func normalization(channels: Int, at path: [String]) throws -> PixelNormalization {
    for (name, numbers) in [("means", means), ("standardDeviations", standardDeviations)] {
      guard numbers.count == channels else {
        throw SettingError(
          path: path + [name],
          problem: "expected a number for each of \(channels) channels, not \(numbers.count)")
      }
    }
    if let deviation = standardDeviations.first(where: { $0 <= 0 }) {
      throw SettingError(
        path: path + ["standardDeviations"], problem: "expected numbers above 0, not \(deviation)")
    }
    return PixelNormalization(means: means, standardDeviations: standardDeviations)
  }
}

/// How one network sees the data.
struct InputSettings {
  /// The side in pixels of its images; `nil` if it is that of the data.
  var size: Int?
  /// Its normalisation; `nil` if it is that of the data.
  var normalization: NormalizationSettings?

  /// What the network reads of examples; `nil` if these as they are.
  ///
  /// - Throws: ``SettingError`` if it cannot read them so.
  func input(of given: ModelInput, at path: [String]) throws -> ModelInput? {
    guard size != nil || normalization != nil else { return nil }
    var shape = given.shape
    if let size {
      guard !given.isOfFeatures else {
        throw SettingError(
          path: path + ["size"], problem: "it is of images, and the data are features")
      }
      guard (1...4096).contains(size) else {
        throw SettingError(path: path + ["size"], problem: "expected 1 to 4096, not \(size)")
      }
      (shape.height, shape.width) = (size, size)
    }
    return ModelInput(
      shape: shape, isOfFeatures: given.isOfFeatures,
      normalization: try normalization?.normalization(
        channels: shape.channels, at: path + ["normalization"]) ?? given.normalization)
  }
}

extension TeacherSettings {
  var input: InputSettings { InputSettings(size: size, normalization: normalization) }
}

extension StudentSettings {
  var input: InputSettings { InputSettings(size: size, normalization: normalization) }
}
