public import Distillation
package import Training

/// One experiment: data, a teacher, students, and a loss a row.
///
/// Read from JSON5. Every key but the rows has a default; a key that is none of these is an
/// error. A row may have a student and a teacher of its own, which take over the recipe's settings
/// but for those that it gives.
public struct Recipe: Configurable {
  /// What the experiment is called, in its report.
  package var name = ""

  /// What it tests, and where that was claimed.
  package var claim: String?
  package var source: String?

  /// What the claim says of the rows. It holds where every one of these holds.
  package var comparisons: [Comparison] = []

  package var data = DataSettings()
  package var teacher: TeacherSettings?
  package var student = StudentSettings()

  /// The losses to compare; differences are taken to the first.
  package var rows: [Row] = []

  package var evaluation = EvaluationSettings()
  package var validation = ValidationSettings()

  /// One student a row and seed. Students of one seed have the same initial weights and batches.
  package var seeds: [UInt64] = [1]

  public init() {}

  /// A loss, and what it is called in tables.
  package struct Row: Configurable {
    package var name = ""
    package var loss = ""

    /// What `weight` in the loss may be. The one whose student is best on the validation images is
    /// taken.
    package var weights: [Double] = []

    /// What this row's students and teacher are, where they are not the recipe's.
    package var student: StudentSettings?
    package var teacher: TeacherSettings?

    /// An earlier row, whose student of the same seed is the teacher.
    package var taughtBy: String?

    package init() {}
  }
}

/// How a row's weight is chosen: for each that it may be one student is trained, on the images that
/// all students are trained on, and the one with the largest metric on other images is taken; of
/// equals the first.
package struct ValidationSettings: Configurable {
  /// How many of the training images are kept for it, the same number of each class.
  package var images = 1000

  /// Of the students that are trained to choose.
  package var seed: UInt64 = 1000

  /// `accuracy`, or a `recall@K` or `knn@k` that the recipe measures.
  package var metric = "accuracy"

  package init() {}
}

/// The images.
package struct DataSettings: Configurable {
  /// `fashion-mnist` or `glyphs`.
  package var set = "fashion-mnist"

  /// The folder of the IDX files; where there is none, the usual places are searched.
  package var directory: String?

  /// How many images to train and to test on; all there are where there is no number. `glyphs`
  /// makes as many as asked, 4,000 and 2,000 by default.
  package var train: Int?
  package var test: Int?

  /// Classes, counted from 0, that no network is trained on. Recall is then measured on their test
  /// images and accuracy on the others', as in metric learning; of both, and of the training images,
  /// there are fewer by that.
  package var heldOut: [Int] = []

  /// For `glyphs` what is drawn, for others which images are taken.
  package var seed: UInt64 = 0

  package init() {}
}

/// How the teacher comes about.
package struct TeacherSettings: Configurable {
  package var network = "resnet14:16"

  /// A checkpoint to load in place of training.
  package var load: String?

  package var loss = "ce"
  package var seed: UInt64 = 0
  package var training = TrainingSettings()

  package init() {}
}

/// What the students are.
package struct StudentSettings: Configurable {
  package var network = "resnet8:4"
  package var training = TrainingSettings()

  package init() {}
}
