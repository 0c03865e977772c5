import Training

/// A line of `metrics.jsonl`: an epoch, and whose it was.
struct MetricsLine: Encodable {
  let learner: Experiment.Learner
  let epoch: Results.Epoch

  private enum Key: String, CodingKey { case learner, row, seed }

  func encode(to encoder: any Encoder) throws {
    try epoch.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    switch learner {
    case .teacher: try container.encode("teacher", forKey: .learner)
    case .student(let row, let seed):
      try container.encode("student", forKey: .learner)
      try container.encode(row, forKey: .row)
      try container.encode(seed, forKey: .seed)
    }
  }
}
