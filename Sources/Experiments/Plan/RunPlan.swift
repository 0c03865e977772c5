/// What a run will consist of, and about how long it takes: measured by a few steps of every training.
package struct RunPlan: Codable, Sendable {
  package var schema = "kindred-plan/1"
  package var images: Images
  package var networks: [NetworkOutputs] = []
  package var rows: [Row] = []
  /// What is done beside the trainings.
  package var preparations: [Preparation] = []
  package var threads: Int
  /// What is worth knowing of the losses before they are trained.
  package var warnings: [String] = []

  /// How many there are.
  package struct Images: Codable, Sendable {
    package var training, test, classes: Int
  }

  package struct NetworkOutputs: Codable, Sendable {
    /// `teacher` or `student`; a student that teaches is both.
    package var role: String
    package var network: String
    package var parameters: Int
    /// Batch size. For a loaded teacher, or a student that teaches, the batch size of the students
    /// it teaches.
    package var batch: Int
    /// The shapes of the outputs that losses read, for such a batch.
    package var outputs: [String: [Int]]
  }

  /// The training of a teacher, or of all students of a row.
  package struct Row: Codable, Sendable {
    /// The row's; of a teacher its network's.
    package var name: String
    /// `teacher` or `student`.
    package var role: String
    /// How many networks are trained, those included that try a weight.
    package var count: Int
    /// Of each.
    package var epochs, stepsPerEpoch, batch: Int
    /// Of a step, of the test after an epoch, and of what is measured at the end of a training.
    package var secondsPerStep, secondsPerTest, secondsPerEvaluation: Double
    /// Of the terms' balance, after an epoch.
    package var secondsPerBalance: Double
    /// What each term takes of a step, with its gradient.
    package var terms: [Term]
    /// Those that try a weight, where there are some.
    package var candidates: Candidates?

    /// Of all of them.
    package var seconds: Double {
      let epoch = Double(stepsPerEpoch) * secondsPerStep + secondsPerBalance
      func seconds(_ count: Int, perTest test: Double, perEvaluation evaluation: Double) -> Double {
        Double(count) * (Double(epochs) * (epoch + test) + evaluation)
      }
      return seconds(
        count - (candidates?.count ?? 0), perTest: secondsPerTest,
        perEvaluation: secondsPerEvaluation)
        + (candidates.map {
          seconds(
            $0.count, perTest: $0.secondsPerTest, perEvaluation: $0.secondsPerEvaluation)
        } ?? 0)
    }
  }

  /// Students that try a weight: they are tested on the validation images, and of metrics only that
  /// is measured by which the weight is chosen.
  package struct Candidates: Codable, Sendable {
    package var count: Int
    /// How many images each is tested on.
    package var images: Int
    package var secondsPerTest, secondsPerEvaluation: Double
  }

  package struct Term: Codable, Sendable {
    package var formula: String
    package var weight: Double
    package var seconds: Double
  }

  /// What a teacher is needed for beside the steps.
  package struct Preparation: Codable, Sendable {
    package enum Kind: String, Codable, Sendable {
      /// Its outputs, computed once for all epochs of rows that share them.
      case outputs
      /// Of its features, for a sampler.
      case clusters
      /// Of one that is loaded; that of others is with their training.
      case evaluation
    }

    package var kind: Kind
    /// The teacher's network, or in quotes the row whose students teach.
    package var teacher: String
    /// Of how many images, mirrored ones included.
    package var images: Int
    /// How many times: once, or for each seed.
    package var count: Int
    /// Of each.
    package var secondsEach: Double
    /// What outputs take of memory, of one teacher or of the student of one seed.
    package var bytes: Int?
  }

  /// The most memory that this process has held, in megabytes: with the images, and with a step of
  /// every training.
  package var megabytes = 0.0

  /// How much of teachers' outputs is held at a time at most, in bytes.
  package var teacherOutputLimit: Int

  private enum CodingKeys: String, CodingKey {
    case schema, images, networks, rows, preparations, threads, warnings, megabytes
    case teacherOutputLimit = "capacity"
  }

  /// What all outputs that are computed once take, in bytes; of students' those of one seed.
  package var heldBytes: Int { preparations.reduce(0) { $0 + ($1.bytes ?? 0) } }

  /// Of the whole run.
  package var seconds: Double {
    rows.reduce(0) { $0 + $1.seconds }
      + preparations.reduce(0) { $0 + Double($1.count) * $1.secondsEach }
  }
}
