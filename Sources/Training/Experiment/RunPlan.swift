/// What a run will consist of, and about how long it takes: measured by a few steps of every training.
public struct RunPlan: Codable, Sendable {
  public var schema = "kindred-plan/1"
  public var images: Images
  public var networks: [NetworkOutputs] = []
  public var rows: [Row] = []
  public var threads: Int

  /// How many there are.
  public struct Images: Codable, Sendable {
    public var training, test, classes: Int
  }

  public struct NetworkOutputs: Codable, Sendable {
    /// `teacher` or `student`.
    public var role: String
    public var network: String
    public var parameters: Int
    /// Images in a batch of the training.
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
    /// What each term takes of a step, with its gradient.
    public var terms: [Term]

    /// Of all of them.
    public var seconds: Double {
      Double(count)
        * (Double(epochs) * (Double(stepsPerEpoch) * secondsPerStep + secondsPerTest)
          + secondsPerEvaluation)
    }
  }

  public struct Term: Codable, Sendable {
    public var formula: String
    public var weight: Double
    public var seconds: Double
  }

  /// The most memory that this process has held, in megabytes: with the images, and with a step of
  /// every training.
  public var megabytes = 0.0

  /// Of the whole run.
  public var seconds: Double { rows.reduce(0) { $0 + $1.seconds } }
}
