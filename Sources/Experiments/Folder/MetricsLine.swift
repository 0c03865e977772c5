import Foundation
import Training

/// A line of `metrics.jsonl`: an epoch and its learner.
struct MetricsLine: Codable {
  let head: Head
  let epoch: Epoch

  /// The learner of an epoch.
  struct Head: Codable {
    /// `teacher`, `student`, or `candidate` for a student that tries a weight.
    var learner: String
    /// The row and the seed of a student, or the seed of a teacher that has one.
    var row: String?
    var seed: UInt64?
    /// The number of a teacher that is not the first, counted from 1.
    var number: Int?
    /// The weight that a candidate tries.
    var weight: Double?

    init(_ learner: Learner) {
      (row, seed, weight) = (learner.row, learner.seed, learner.triedWeight)
      switch learner {
      case .teacher(let index), .teacherOfSeed(let index, _):
        self.learner = "teacher"
        number = index > 0 ? index + 1 : nil
      case .student: self.learner = "student"
      case .candidate: self.learner = "candidate"
      }
    }
  }

  init(_ epoch: Epoch, of learner: Learner) { (head, self.epoch) = (Head(learner), epoch) }

  // The keys of both parts stand side by side in one object.

  init(from decoder: any Decoder) throws {
    (head, epoch) = (try Head(from: decoder), try Epoch(from: decoder))
  }

  func encode(to encoder: any Encoder) throws {
    try epoch.encode(to: encoder)
    try head.encode(to: encoder)
  }

  /// The line as JSON, with its line feed.
  var json: Data {
    get throws { try JSONEncoder.ordered(pretty: false).encode(self) + Data("\n".utf8) }
  }
}
