import CKindred
import Distillation
import Tensors

/// The two networks' outputs on one batch, and what belongs to them, as a caller gave them.
struct CallBatch {
  let loss: LossHandle
  private(set) var student: Outputs = [:]
  private(set) var teacher: Outputs = [:]
  private(set) var moment: Moment?
  let seed: UInt64

  /// The arrays of the student, by name: those that the loss does not read as well.
  let studentArrays: [String: CallerArray]

  /// The tensors of the loss that the caller gave.
  private(set) var tensors: [String: Tensor] = [:]

  /// Reads a batch.
  ///
  /// - Throws: An error if an array is wrong, missing or does not fit, or if its numbers are wrong.
  init(_ batch: UnsafePointer<kindred_batch>?, for loss: LossHandle) throws {
    guard let batch = batch?.pointee else {
      throw CallError.argument("the batch is a null pointer")
    }
    self.loss = loss
    seed = batch.seed
    studentArrays = try .init(batch.student, batch.student_count, of: .student)
    let teacherArrays = try [String: CallerArray](
      batch.teacher, batch.teacher_count, of: .teacher)
    let tensors = try [String: CallerArray](batch.tensors, batch.tensor_count, of: .tensors)

    var first: CallerArray?
    student = try read(studentArrays, of: .student, first: &first)
    teacher = try read(teacherArrays, of: .teacher, first: &first)
    let labels = try batch.labels.map { try CallerArray($0.pointee, of: .labels) }
    if let labels { student.labels = try wholeNumbers(in: labels) }
    if let indices = batch.indices {
      student.indices = try self.indices(CallerArray(indices.pointee, of: .indices))
    }
    try checkFinite(teacherArrays)
    if let labels { try checkShape(of: labels) }
    self.tensors = try tensors.mapValues(finite)
    moment = try Self.moment(batch) ?? (loss.dependsOnMoment ? nil : Moment())
  }

  private static func moment(_ batch: kindred_batch) throws -> Moment? {
    guard batch.has_moment != 0 else { return nil }
    guard batch.step >= 0 else {
      throw CallError.argument("the step is \(batch.step), and the first one is 0")
    }
    guard 0...1 ~= batch.progress else {
      throw CallError.argument(
        "the progress is \(batch.progress.text(figures: 6)); it is a share from 0 to 1")
    }
    return Moment(seed: batch.seed, index: Int(batch.step), progress: batch.progress)
  }
}

extension CallBatch {
  /// Evaluates the loss.
  ///
  /// - Throws: An error if the loss cannot be evaluated, or if a result is not finite.
  func evaluate(withGradients: Bool) throws -> LossEvaluation {
    let state = try state()
    try checkMemory()
    let evaluation = try loss.graph.evaluate(
      student: student, teacher: teacher, at: moment, state: state, withGradients: withGradients)
    if let overflow = evaluation.overflow { throw CallError.tooLarge(overflow) }
    return evaluation
  }
}
