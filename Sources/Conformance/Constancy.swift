import Distillation
import Tensors

// These checks are about what leaves a loss unchanged, and what the loss leaves unchanged.

extension ConformanceSuite {
  /// The loss is 0 if the student's outputs equal the teacher's.
  func zeroAtTeacherFinding() throws -> Finding {
    let maker = try BatchMaker(for: loss)
    let usual = try (1...3).map { abs(try loss.value(maker.batch(seed: $0))) }.reduce(0, +) / 3
    let value = try loss.value(maker.batchOfEquals(seed: 1))
    guard usual > 0 else {
      return Finding("zero at the teacher", passed: false, "the loss is 0 at random outputs")
    }
    return claimFinding(
      "zero at the teacher", measured: abs(value) / usual, allowed: 2e-6,
      "loss at student = teacher, as part of the usual",
      otherwise: "static let isZeroAtTeacher = false")
  }

  /// The loss and its gradient are 0 for a batch of one example.
  func zeroForOneExampleFinding() throws -> Finding {
    var maker = try BatchMaker(for: loss)
    let usual = try size(of: maker.batch(seed: 1))
    maker.examples = 1
    let alone = try size(of: maker.batch(seed: 1))
    guard usual.value > 0, usual.gradient > 0 else {
      return Finding(
        "zero for one example", passed: false, "loss or gradient is 0 at random outputs")
    }
    return claimFinding(
      "zero for one example",
      measured: max(alone.value / usual.value, alone.gradient / usual.gradient), allowed: 2e-6,
      "loss or gradient at n = 1, as part of the usual",
      otherwise: "static let isZeroForOneExample = false")
  }

  /// The magnitude of the loss, and the largest magnitude in its gradient.
  private func size(of batch: Batch) throws -> (value: Double, gradient: Double) {
    let (value, gradient) = try loss.valueWithGradient(batch)
    return (abs(value), gradient.values.reduce(0) { max($0, $1.largest) })
  }

  /// No gradient reaches the teacher, even if its outputs are variables.
  func teacherFinding() throws -> Finding {
    var batch = try BatchMaker(for: loss).batch(seed: 1)
    batch.teacher = batch.teacher.variables
    let value = try loss.total(batch.student.variables, batch.teacher)
    let largest = loss.gradient(of: value, at: batch.teacher).values
      .reduce(0) { max($0, $1.largest) }
    return Finding(
      "teacher is constant", measured: largest, allowed: 0,
      "largest gradient at the teacher's outputs")
  }

  /// The loss reads the outputs that it names, and no others.
  func unreadOutputsFinding() throws -> Finding {
    var maker = try BatchMaker(for: loss)
    let alone = maker.batch(seed: 1)
    let value = try loss.value(alone)
    // The outputs that terms usually read, for equally many examples.
    let usual = ["embedding", "logits", "logits@virtual", "stage1", "stage2", "other"]
    maker = BatchMaker(maker, reading: usual)
    var batch = maker.batch(seed: 2)
    batch.student.tensors.merge(alone.student.tensors) { $1 }
    batch.teacher.tensors.merge(alone.teacher.tensors) { $1 }
    batch.student.labels = alone.student.labels
    batch.student.indices = alone.student.indices
    let (among, gradient) = try loss.valueWithGradient(batch)
    guard among == value else {
      return Finding(
        "reads what it says", measured: abs(among - value), allowed: 0,
        "change by outputs that the loss does not name")
    }
    let largest = gradient.filter { alone.student.tensors[$0.key] == nil }.values
      .reduce(0) { max($0, $1.largest) }
    return Finding(
      "reads what it says", measured: largest, allowed: 0,
      "largest gradient at other outputs")
  }

  /// One thread, two threads and again two give the same bits of the value and the gradient.
  func sameBitsFinding() throws -> Finding {
    var maker = try BatchMaker(for: loss)
    // There is enough work for several threads.
    (maker.examples, maker.classes, maker.features) = (40, 40, 48)
    let batch = maker.batch(seed: 1)
    let runs = try [1, 2, 2].map { threads in
      try Parallel.$threads.withValue(threads) { try loss.bits(batch) }
    }
    let different = runs.dropFirst().map { run in zip(run, runs[0]).count { $0 != $1 } }
    return Finding(
      "same bits", measured: Double(different.reduce(0, max)), allowed: 0,
      "numbers that differ by threads or by run")
  }
}
