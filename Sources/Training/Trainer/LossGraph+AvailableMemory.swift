package import Distillation
package import SystemMemory

extension LossGraph {
  /// Throws if an evaluation on these outputs would take more memory than there is.
  ///
  /// - Parameters:
  ///   - student: The student's outputs on a batch, whose shapes alone matter.
  ///   - teacher: The teacher's outputs on the same batch.
  ///   - available: The memory that this process can take.
  /// - Throws: ``DistillationError/tooMuchMemory(_:needed:available:)``, which names the term that
  ///   takes most.
  package func checkMemory(
    student: Outputs, teacher: Outputs, available: AvailableMemory = .now
  ) throws(DistillationError) {
    let needed = estimatedBytes(student: student, teacher: teacher)
    guard !available.holds(needed) else { return }
    throw .tooMuchMemory(
      dearestTerm(student: student, teacher: teacher) ?? formula,
      needed: needed, available: "\(available)")
  }
}
