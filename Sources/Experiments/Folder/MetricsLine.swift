import Foundation
import Training

/// A line of `metrics.jsonl`: an epoch, and whose it was.
struct MetricsLine: Codable {
  let head: Head
  let epoch: Epoch

  /// The learner of an epoch.
  struct Head: Codable {
    /// `teacher`, `student`, or `candidate` of one that tries a weight.
    var learner: String
    /// The row and the seed of a student.
    var row: String?
    var seed: UInt64?
    /// The number of a teacher that is not the first, counted from 1.
    var number: Int?
    /// The weight that a candidate tries.
    var weight: Double?

    init(_ learner: Learner) {
      (row, seed, weight) = (learner.row, learner.seed, learner.triedWeight)
      switch learner {
      case .teacher(let index):
        self.learner = "teacher"
        number = index > 0 ? index + 1 : nil
      case .student: self.learner = "student"
      case .candidate: self.learner = "candidate"
      }
    }
  }

  init(_ epoch: Epoch, of learner: Learner) { (head, self.epoch) = (Head(learner), epoch) }

  // The keys of both stand beside one another.

  init(from decoder: any Decoder) throws {
    (head, epoch) = (try Head(from: decoder), try Epoch(from: decoder))
  }

  func encode(to encoder: any Encoder) throws {
    try epoch.encode(to: encoder)
    try head.encode(to: encoder)
  }

  /// With the end of the line.
  var json: Data {
    get throws { try JSONEncoder.ordered(pretty: false).encode(self) + Data("\n".utf8) }
  }
}
