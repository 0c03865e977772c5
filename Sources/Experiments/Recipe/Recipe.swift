public import Distillation
public import Training

/// One experiment: data, a teacher, students, and a loss a row.
///
/// Read from JSON5. Every key but the rows has a default; a key that is none of these is an
/// error. A row may have a student and a teacher of its own, which take over the recipe's settings
/// but for those that it gives.
public struct Recipe: Configurable {
  /// What the experiment is called, in its report.
  public var name = ""

  /// What it tests, and where that was claimed.
  public var claim: String?
  public var source: String?

  /// What the claim says of the rows. It holds where every one of these holds.
  public var comparisons: [Comparison] = []

  public var data = DataSettings()
  public var teacher: TeacherSettings?
  public var student = StudentSettings()

  /// The losses to compare; differences are taken to the first.
  public var rows: [Row] = []

  public var evaluation = EvaluationSettings()
  public var validation = ValidationSettings()

  /// One student a row and seed. Students of one seed have the same initial weights and batches.
  public var seeds: [UInt64] = [1]

  public init() {}

  /// A loss, and what it is called in tables.
  public struct Row: Configurable {
    public var name = ""
    public var loss = ""

    /// What `weight` in the loss may be. The one whose student is best on the validation images is
    /// taken.
    public var weights: [Double] = []

    /// What this row's students and teacher are, where they are not the recipe's.
    public var student: StudentSettings?
    public var teacher: TeacherSettings?

    /// An earlier row, whose student of the same seed is the teacher.
    public var taughtBy: String?

    public init() {}
  }
}

/// How a row's weight is chosen: for each that it may be one student is trained, on the images that
/// all students are trained on, and the one with the largest metric on other images is taken; of
/// equals the first.
public struct ValidationSettings: Configurable {
  /// How many of the training images are kept for it, the same number of each class.
  public var images = 1000

  /// Of the students that are trained to choose.
  public var seed: UInt64 = 1000

  /// `accuracy`, or a `recall@K` or `knn@k` that the recipe measures.
  public var metric = "accuracy"

  public init() {}
}

/// The images.
public struct DataSettings: Configurable {
  /// `fashion-mnist` or `glyphs`.
  public var set = "fashion-mnist"

  /// The folder of the IDX files; where there is none, the usual places are searched.
  public var directory: String?

  /// How many images to train and to test on; all there are where there is no number. `glyphs`
  /// makes as many as asked, 4,000 and 2,000 by default.
  public var train: Int?
  public var test: Int?

  /// Classes, counted from 0, that no network is trained on. Recall is then measured on their test
  /// images and accuracy on the others', as in metric learning; of both, and of the training images,
  /// there are fewer by that.
  public var heldOut: [Int] = []

  /// For `glyphs` what is drawn, for others which images are taken.
  public var seed: UInt64 = 0

  public init() {}
}

/// How the teacher comes about.
public struct TeacherSettings: Configurable {
  public var network = "resnet14:16"

  /// A checkpoint to load in place of training.
  public var load: String?

  public var loss = "ce"
  public var seed: UInt64 = 0
  public var training = TrainingSettings()

  public init() {}
}

/// What the students are.
public struct StudentSettings: Configurable {
  public var network = "resnet8:4"
  public var training = TrainingSettings()

  public init() {}
}
