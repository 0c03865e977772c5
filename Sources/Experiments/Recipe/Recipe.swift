public import Distillation
package import Training

/// One experiment: data, a teacher, students, and a loss for each row.
///
/// A recipe is read from JSON5. Only the rows are required, and every other key has a default. An
/// unknown key is an error. A row may have a student and a teacher of its own, which inherit the
/// recipe's settings except for those that the row gives.
public struct Recipe: Configurable {
  /// The name of the experiment in its report.
  package var name = ""

  /// The claim that the experiment tests, and the source that made it.
  package var claim: String?
  package var source: String?

  /// The claim in terms of the rows. It holds if every one of the primary comparisons holds, or of all if
  /// none is primary.
  package var comparisons: [Comparison] = []

  /// The decisions about the primary comparisons that are made before the experiment.
  package var design = DesignSettings()

  package var data = DataSettings()
  package var teacher: TeacherList?
  package var student = StudentSettings()

  /// The losses to compare. Differences are taken from the first.
  package var rows: [Row] = []

  package var evaluation = EvaluationSettings()
  package var validation = ValidationSettings()

  /// The seeds. Each row has one student for each seed; students of one seed have the same initial
  /// weights and batches.
  package var seeds: [UInt64] = [1]

  /// Creates a recipe with defaults and without rows, which it still needs.
  public init() {}
  public static let standard = Self()

  /// A loss and its name in tables.
  package struct Row: Configurable {
    package var name = ""
    package var loss = ""

    /// The values to choose `weight` in the loss from. The one whose student is best on the
    /// validation images is taken.
    package var weights: [Double] = []

    /// The row's own students and teacher, if they are not the recipe's.
    package var student: StudentSettings?
    package var teacher: TeacherList?

    /// An earlier row whose student of the same seed is the teacher.
    package var taughtBy: String?

    /// The last layer with which the row's students classify.
    package var classifier = Classifier.own

    package init() {}
    package static let standard = Self()
  }
}

/// The last layer with which students classify.
package enum Classifier: String, Codable, CaseIterable, Hashable, Sendable {
  /// Their own, which the loss trains if it reads their logits.
  case own
  /// The teacher's, behind the linear map of their features that the loss learns.
  case teacher
}

/// How the weight of a row is chosen. For each possible weight a student of each seed is trained, on the
/// images that all students are trained on. The weight with the largest mean of the metric on other images is
/// taken, or the first of several equal ones.
package struct ValidationSettings: Configurable {
  /// The number of training images kept for this, with the same number of each class.
  package var images = 1000

  /// The seed of the students that are trained to choose.
  package var seed: UInt64 = 1000

  /// The seeds of these students in place of one; a choice by several is less by chance.
  package var seeds: [UInt64]?

  /// How many weights are tried beyond each end of a row's, one after the other, while the best one is at that end.
  /// Each is as far from the one before as the last two weights there are from each other.
  package var extend = 0

  /// All seeds of these students.
  package var allSeeds: [UInt64] { seeds ?? [seed] }

  /// The metric: `accuracy`, or a `recall@K` or `knn@k` that the recipe measures.
  package var metric = "accuracy"

  package init() {}
  package static let standard = Self()
}

/// The teacher: a network that is loaded or trained, or a file of outputs.
package struct TeacherSettings: Configurable {
  package var network = "resnet14:16"

  /// A checkpoint to load instead of training.
  package var load: String?

  /// A file with the teacher's outputs on the training images, in place of a network.
  package var outputs: String?

  /// A file with the teacher's outputs on the test images, with which students are compared.
  package var test: String?

  /// Whether these outputs also stand for images that augmentation changes.
  package var fixed: Bool?

  /// The side in pixels of the images that the network reads; `nil` if it is that of the data.
  package var size: Int?

  /// The normalisation of what the network reads; `nil` if it is that of the data.
  package var normalization: NormalizationSettings?

  package var loss = "ce"

  /// The seed of its first weights and its batches, or `each`: another teacher for the students of each seed.
  package var seed = SeedSetting.one(0)

  package var training = TrainingSettings()

  /// The name by which formulas call it, if there are several: `kd(teacher: large)`.
  package var name: String?

  package init() {}
  package static let standard = Self()
}

extension TeacherSettings {
  /// Writes all settings. A row writes `null` for what it leaves out: without it, it would inherit the recipe's.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(network, forKey: .network)
    try container.encode(loss, forKey: .loss)
    try container.encode(seed, forKey: .seed)
    try container.encode(training, forKey: .training)
    try container.encodeIfPresent(outputs, forKey: .outputs)
    try container.encodeIfPresent(name, forKey: .name)
    let isOfRow = encoder.codingPath.contains { $0.stringValue == "rows" }
    func write(_ value: (some Encodable)?, _ key: CodingKeys, isOfFile: Bool) throws {
      if isOfRow, isOfFile == (outputs != nil) {
        try container.encode(value, forKey: key)
      } else {
        try container.encodeIfPresent(value, forKey: key)
      }
    }
    try write(load, .load, isOfFile: false)
    try write(size, .size, isOfFile: false)
    try write(normalization, .normalization, isOfFile: false)
    try write(test, .test, isOfFile: true)
    try write(fixed, .fixed, isOfFile: true)
  }
}

/// The students and their training.
package struct StudentSettings: Configurable {
  package var network = "resnet8:4"

  /// A file of weights to start from, which is fine-tuning: a checkpoint, or one with PyTorch's names.
  package var load: String?

  /// Weights, or layers, that start fresh although there is such a file: `["logits"]`.
  package var except: [String]?

  /// The side in pixels of the images that the network reads; `nil` if it is that of the data.
  package var size: Int?

  /// The normalisation of what the network reads; `nil` if it is that of the data.
  package var normalization: NormalizationSettings?

  package var training = TrainingSettings()

  package init() {}
  package static let standard = Self()
}

extension StudentSettings {
  /// Writes all settings. A row writes `null` for what it leaves out: without it, it would inherit the recipe's.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(network, forKey: .network)
    try container.encode(training, forKey: .training)
    if encoder.codingPath.contains(where: { $0.stringValue == "rows" }) {
      try container.encode(load, forKey: .load)
      try container.encode(except, forKey: .except)
      try container.encode(size, forKey: .size)
      try container.encode(normalization, forKey: .normalization)
    } else {
      try container.encodeIfPresent(load, forKey: .load)
      try container.encodeIfPresent(except, forKey: .except)
      try container.encodeIfPresent(size, forKey: .size)
      try container.encodeIfPresent(normalization, forKey: .normalization)
    }
  }
}
