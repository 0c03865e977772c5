import Experiments
import Training

/// A line of `metrics.jsonl`: an epoch, and whose it was.
struct MetricsLine: Encodable {
  let learner: Experiment.Learner
  let epoch: Epoch

  private enum Key: String, CodingKey { case learner, row, seed, number, weight }

  func encode(to encoder: any Encoder) throws {
    try epoch.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    switch learner {
    case .teacher(let index):
      try container.encode("teacher", forKey: .learner)
      if index > 0 { try container.encode(index + 1, forKey: .number) }
    case .candidate(let row, let weight, let seed):
      try container.encode("candidate", forKey: .learner)
      try container.encode(row, forKey: .row)
      try container.encode(weight, forKey: .weight)
      try container.encode(seed, forKey: .seed)
    case .student(let row, let seed):
      try container.encode("student", forKey: .learner)
      try container.encode(row, forKey: .row)
      try container.encode(seed, forKey: .seed)
    }
  }
}
