/// What a run will consist of, and about how long it takes: measured by a few steps of every training.
public struct RunPlan: Codable, Sendable {
  public var schema = "kindred-plan/1"
  public var images: Images
  public var networks: [NetworkOutputs] = []
  public var rows: [Row] = []
  /// What is done beside the trainings.
  public var preparations: [Preparation] = []
  public var threads: Int
  /// What is worth knowing of the losses before they are trained.
  public var warnings: [String] = []

  /// How many there are.
  public struct Images: Codable, Sendable {
    public var training, test, classes: Int
  }

  public struct NetworkOutputs: Codable, Sendable {
    /// `teacher` or `student`; a student that teaches is both.
    public var role: String
    public var network: String
    public var parameters: Int
    /// Batch size. For a loaded teacher, or a student that teaches, the batch size of the students
    /// it teaches.
    public var batch: Int
    /// The shapes of the outputs that losses read, for such a batch.
    public var outputs: [String: [Int]]
  }

  /// The training of a teacher, or of all students of a row.
  public struct Row: Codable, Sendable {
    /// The row's; of a teacher its network's.
    public var name: String
    /// `teacher` or `student`.
    public var role: String
    /// How many networks are trained, those included that try a weight.
    public var count: Int
    /// Of each.
    public var epochs, stepsPerEpoch, batch: Int
    /// Of a step, of the test after an epoch, and of what is measured at the end of a training.
    public var secondsPerStep, secondsPerTest, secondsPerEvaluation: Double
    /// Of the terms' balance, after an epoch.
    public var secondsPerBalance: Double
    /// What each term takes of a step, with its gradient.
    public var terms: [Term]
    /// Those that try a weight, where there are some.
    public var candidates: Candidates?

    /// Of all of them.
    public var seconds: Double {
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
  public struct Candidates: Codable, Sendable {
    public var count: Int
    /// How many images each is tested on.
    public var images: Int
    public var secondsPerTest, secondsPerEvaluation: Double
  }

  public struct Term: Codable, Sendable {
    public var formula: String
    public var weight: Double
    public var seconds: Double
  }

  /// What a teacher is needed for beside the steps.
  public struct Preparation: Codable, Sendable {
    public enum Kind: String, Codable, Sendable {
      /// Its outputs, computed once for all epochs of rows that share them.
      case outputs
      /// Of its features, for a sampler.
      case clusters
      /// Of one that is loaded; that of others is with their training.
      case evaluation
    }

    public var kind: Kind
    /// The teacher's network, or in quotes the row whose students teach.
    public var teacher: String
    /// Of how many images, mirrored ones included.
    public var images: Int
    /// How many times: once, or for each seed.
    public var count: Int
    /// Of each.
    public var secondsEach: Double
    /// What outputs take of memory, of one teacher or of the student of one seed.
    public var bytes: Int?
  }

  /// The most memory that this process has held, in megabytes: with the images, and with a step of
  /// every training.
  public var megabytes = 0.0

  /// How much of teachers' outputs is held at a time at most, in bytes.
  public var teacherOutputLimit: Int

  private enum CodingKeys: String, CodingKey {
    case schema, images, networks, rows, preparations, threads, warnings, megabytes
    case teacherOutputLimit = "capacity"
  }

  /// What all outputs that are computed once take, in bytes; of students' those of one seed.
  public var heldBytes: Int { preparations.reduce(0) { $0 + ($1.bytes ?? 0) } }

  /// Of the whole run.
  public var seconds: Double {
    rows.reduce(0) { $0 + $1.seconds }
      + preparations.reduce(0) { $0 + Double($1.count) * $1.secondsEach }
  }
}
