package import Distillation
package import Training

/// The parts of a run, and its approximate duration, measured by a few steps of every training.
package struct RunPlan: Codable, Sendable {
  package var schema = "kindred-plan/1"
  package var images: Images
  package var networks: [NetworkOutputs] = []
  package var rows: [Row] = []
  /// The teachers that are files and not networks; `nil` if there are none.
  package var files: [TeacherInFile]?
  /// The work besides the trainings.
  package var preparations: [Preparation] = []
  package var threads: Int
  /// Warnings about the losses that are worth knowing before training.
  package var warnings: [String] = []

  /// The numbers of images and classes.
  package struct Images: Codable, Sendable {
    package var training, test, classes: Int
    /// What an image is: its channels, height and width, or the number of features.
    package var shape: [Int]
    /// What the files were found to be; `nil` for a data set of a name.
    package var kind: String?
    /// What the labels to train on are; `nil` if they are classes.
    package var labels: Labels?
    /// `none` if there are no labels to test on.
    package var testLabels: Labels?

    package enum Labels: String, Codable, Sendable {
      /// Probabilities of each class.
      case soft
      /// There are none.
      case absent = "none"
    }

    package init(training: ImageDataSet, test: ImageDataSet, kind: String?) {
      (self.training, self.test) = (training.count, test.count)
      (classes, shape) = (training.classes.count, training.shapeOfExample)
      self.kind = kind
      labels = training.hasSoftLabels ? .soft : training.isLabelled ? nil : .absent
      testLabels = test.isLabelled ? nil : .absent
    }
  }

  package struct NetworkOutputs: Codable, Sendable {
    /// `teacher` or `student`; a student that teaches is both.
    package var role: String
    package var network: String
    /// The height and width of the images that it reads, if they are not those of the data.
    package var shape: [Int]?
    package var parameters: Int
    /// Batch size. For a loaded teacher, or a student that teaches, the batch size of the students
    /// it teaches.
    package var batch: Int
    /// The shapes of the outputs that losses read, for such a batch.
    package var outputs: [String: [Int]]
  }

  /// The training of a teacher, or of all students of a row.
  package struct Row: Codable, Sendable {
    /// The name of the row; for a teacher, that of its network.
    package var name: String
    /// `teacher` or `student`.
    package var role: String
    /// The number of networks that are trained, including those that try a weight.
    package var count: Int
    /// The numbers for each network.
    package var epochs, stepsPerEpoch: Int
    /// The number of steps, if it is not that of whole epochs.
    package var steps: Int?
    package var batch: Int
    /// The seconds that a step takes, the test after an epoch, and the metrics at the end of a
    /// training.
    package var secondsPerStep, secondsPerTest, secondsPerEvaluation: Double
    /// The seconds that the terms' balance takes after an epoch.
    package var secondsPerBalance: Double
    /// The seconds that each term takes in a step, with its gradient.
    package var terms: [Term]
    /// The tensors that the loss owns, if it owns some.
    package var owned: Owned?
    /// The students that try a weight, if there are any.
    package var candidates: Candidates?
    /// The file from which the students start, if they do.
    package var start: StartingPoint?

    /// The number of steps of each network.
    package var allSteps: Int { steps ?? epochs * stepsPerEpoch }

    /// The seconds that all these networks take.
    package var seconds: Double {
      Double(count - (candidates?.count ?? 0)) * secondsEach
        + Double(candidates?.count ?? 0) * secondsPerCandidate
    }

    /// The seconds that a network takes that does not try a weight.
    var secondsEach: Double {
      seconds(perTest: secondsPerTest, perEvaluation: secondsPerEvaluation)
    }

    /// The seconds that a student takes that tries a weight; 0 if there are none.
    var secondsPerCandidate: Double {
      candidates.map {
        seconds(perTest: $0.secondsPerTest, perEvaluation: $0.secondsPerEvaluation)
      } ?? 0
    }

    private func seconds(perTest test: Double, perEvaluation evaluation: Double) -> Double {
      Double(allSteps) * secondsPerStep + Double(epochs) * (secondsPerBalance + test) + evaluation
    }
  }

  /// Students that try a weight. They are tested on the validation images; of the other metrics,
  /// only the one that decides the weight is measured.
  package struct Candidates: Codable, Sendable {
    package var count: Int
    /// The number of images that each is tested on.
    package var images: Int
    package var secondsPerTest, secondsPerEvaluation: Double
  }

  /// The tensors that a loss owns, for one network.
  package struct Owned: Codable, Equatable, Sendable {
    /// The number of scalars that are learned with the network.
    package var parameters: Int
    /// The number of scalars that are kept from step to step.
    package var remembered: Int
    /// The memory that they take, with that of the optimizer.
    package var bytes: Int
  }

  package struct Term: Codable, Sendable {
    package var formula: String
    package var weight: Double
    package var seconds: Double
    /// How its matrices of every two examples are computed; `nil` if it has none.
    package var pairs: LossGraph.PairMatrices?
  }

  /// Work that needs a teacher besides the steps.
  package struct Preparation: Codable, Sendable {
    package enum Kind: String, Codable, Sendable {
      /// Computing the teacher's outputs, once for all epochs of the rows that share them.
      case outputs
      /// Clustering the teacher's features, for a sampler.
      case clusters
      /// Measuring a teacher that is loaded. For other teachers, this is part of their training.
      case evaluation
    }

    package var kind: Kind
    /// The teacher's network; if students teach, the name of their row in quotes.
    package var teacher: String
    /// The number of images, including mirrored ones.
    package var images: Int
    /// How often the work is done: once, or once for each seed.
    package var count: Int
    /// The seconds that it takes each time.
    package var secondsEach: Double
    /// The memory that outputs take, in bytes, for one teacher or for the student of one seed.
    package var bytes: Int?
  }

  /// The most memory that this process has held, in megabytes, with the images and a step of every
  /// training.
  package var megabytes = 0.0

  /// The greatest amount of teachers' outputs that is held at a time, in bytes.
  package var teacherOutputLimit: Int

  /// The same trainings in several processes, if that was asked for.
  package var shards: Shards?

  private enum CodingKeys: String, CodingKey {
    case schema, images, networks, rows, files, preparations, threads, warnings, megabytes, shards
    case teacherOutputLimit = "capacity"
  }

  /// The memory of all outputs that are computed once, in bytes. For students that teach, those of
  /// one seed count.
  package var heldBytes: Int { preparations.reduce(0) { $0 + ($1.bytes ?? 0) } }

  /// The seconds that the whole run takes.
  package var seconds: Double {
    rows.reduce(0) { $0 + $1.seconds }
      + preparations.reduce(0) { $0 + Double($1.count) * $1.secondsEach }
  }
}
