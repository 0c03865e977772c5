import Tensors

/// How many scalars something holds while a loss is evaluated, under a key that is equal where several
/// terms share it.
struct HeldScalars: Hashable, Sendable {
  let key: String
  let count: Int
}

extension LossGraph {
  /// About how many bytes an evaluation with its gradient takes beside the outputs themselves.
  ///
  /// It follows from the shapes of the outputs and of the relations' values alone; nothing is
  /// evaluated. It is meant to be rather more than what is taken: up to three times of what was
  /// measured for a registered loss.
  /// Relations that do not state a ``Layout`` do not count.
  ///
  /// - Parameters:
  ///   - student: The student's outputs on a batch, of which only the shapes matter.
  ///   - teacher: The teacher's.
  /// - Returns: The number of bytes; the largest integer if there are more.
  public func estimatedBytes(student: Outputs, teacher: Outputs) -> Int {
    let held = scalarsHeld(student: student, teacher: teacher)
    let counts = Dictionary(held.map { ($0.key, $0.count) }, uniquingKeysWith: max)
    let outputs = student.shapes(of: outputs(of: .student)).map { Layout($0.shape).count }
    let scalars = (Array(counts.values) + outputs).reduce(0) { $0.addedOrMost($1) }
    // Each value and what leads back from it, and a quarter of this for what is around: rounded sizes
    // of buffers, indices, sums.
    return (scalars / 2).multipliedOrMost(by: 5 * MemoryLayout<Tensor.Scalar>.size)
  }

  /// The name of the term that takes most of it.
  package func dearestTerm(student: Outputs, teacher: Outputs) -> String? {
    zip(reportedSummands, reportedSummandsAlone).max {
      $0.1.estimatedBytes(student: student, teacher: teacher)
        < $1.1.estimatedBytes(student: student, teacher: teacher)
    }?.0.name
  }

  private var reportedSummandsAlone: [LossGraph] {
    zip(summands, summandsAlone).filter { $0.0.weight != 0 }.map { $0.1 }
  }

  /// What all terms hold that are evaluated.
  func scalarsHeld(student: Outputs, teacher: Outputs) -> [HeldScalars] {
    summands.filter { $0.weight != 0 }.flatMap { $0.scalarsHeld(student, teacher) }
  }
}

extension Int {
  /// The sum, or the largest integer if it is greater.
  fileprivate func addedOrMost(_ other: Int) -> Int {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? .max : sum
  }
}
