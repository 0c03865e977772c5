import CKindred
import Testing

/// What is wrong with a batch, its numbers and its moment is said.
@Suite struct WrongBatchTests {
  private func call(_ formula: String, examples: Int = 3) -> Call {
    var call = Call(formula: formula)
    let numbers = (0..<examples * 4).map { Double(($0 * 7) % 5) }
    for name in ["logits", "embedding"] {
      call.student.append(Given(name, numbers, shape: [examples, 4]))
      call.teacher.append(Given(name, numbers.reversed(), shape: [examples, 4]))
    }
    return call
  }

  private func expect(
    _ status: Int, _ text: String, of call: Call, gradients: [Given] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: Call.Failure(status: status, text: text), sourceLocation: sourceLocation) {
      try call.evaluate(gradients)
    }
  }

  @Test func formulasAreChecked() {
    for (formula, start) in [
      ("kd +", "the formula ends where a term should be, at column 5 of\n"),
      ("kdd", "no term 'kdd' (did you mean 'dkd'?); choose from "),
      ("1e39*kd", "the weight is not a finite number in Float32, at column 5 of\n"),
      ("pkt..", "expected"),
    ] {
      let failure = #expect(throws: Call.Failure.self) { try Call.loss(formula) }
      #expect(failure?.status == KINDRED_BAD_FORMULA)
      #expect(failure?.text.hasPrefix(start) == true, "\(failure?.text ?? "")")
    }
  }

  @Test func whatIsNeededIsNamed() throws {
    expect(
      KINDRED_BAD_ARGUMENT, "'ce' needs labels, and there are none", of: call("kd + ce"))
    var remembering = call("crd(layer: logits)")
    remembering.moment = (0, 0)
    remembering.tensors = try remembering.initialTensors().tensors.filter { $0.isParameter }.map {
      Given($0.name, $0.values, shape: $0.shape)
    }
    expect(
      KINDRED_BAD_ARGUMENT,
      """
      'crd' remembers each example and needs its index in the data: give indices, or take a queue, \
      crd(memory: queue)
      """, of: remembering)
    expect(
      KINDRED_BAD_ARGUMENT,
      "'kd' depends on the moment in training: give the step and the progress",
      of: call("ramp(kd)"))
    expect(
      KINDRED_BAD_ARGUMENT,
      """
      the loss learns 'fitnet.weight' [4, 4], 'fitnet.bias' [4], and these tensors are not given
      """, of: call("fitnet(layer: logits)"))
    expect(
      KINDRED_BAD_ARGUMENT,
      "the loss learns 'uncertainty.logVariances' [2], and this tensor is not given",
      of: call("uncertainty(kd, rkd.distance)"))
  }

  @Test func examplesAreCounted() {
    var wrong = call("kd")
    wrong.teacher[0] = Given("logits", [1, 2, 3, 4], shape: [1, 4])
    expect(
      KINDRED_BAD_ARGUMENT,
      "the student's 'logits' has 3 examples, but the teacher's 'logits' has 1", of: wrong)
    wrong = call("kd", examples: 0)
    expect(KINDRED_BAD_ARGUMENT, "the student's 'logits' has no examples", of: wrong)
    wrong = call("kd")
    wrong.student[0] = Given("logits", [], shape: [3, 0])
    expect(
      KINDRED_BAD_ARGUMENT, "the student's 'logits' of shape [3, 0] holds no numbers", of: wrong)
    wrong = call("ce")
    wrong.labels = Given("", [0, 1], shape: [2], type: KINDRED_INT32)
    expect(
      KINDRED_BAD_ARGUMENT,
      "the student's 'logits' has 3 examples, but the labels have 2", of: wrong)
    wrong.labels = Given("", [0, 1, 1], shape: [1, 3], type: KINDRED_INT32)
    expect(
      KINDRED_BAD_ARGUMENT,
      """
      the array of labels has shape [1, 3]; labels are one whole number an example, token or pixel
      """, of: wrong)
    wrong = call("crd(layer: logits)")
    wrong.indices = Given("", [0, 1], shape: [2], type: KINDRED_INT64)
    expect(
      KINDRED_BAD_ARGUMENT, "the student's 'logits' has 3 examples, but the indices have 2",
      of: wrong)
  }

  @Test func numbersAreChecked() {
    var wrong = call("kd")
    var numbers = (0..<12).map(Double.init)
    numbers[6] = .nan
    wrong.student[0] = Given("logits", numbers, shape: [3, 4], order: .spread)
    expect(KINDRED_BAD_DATA, "the student's 'logits' holds NaN at [1, 2]", of: wrong)
    wrong = call("kd")
    numbers[6] = -.infinity
    wrong.teacher[0] = Given("logits", numbers, shape: [3, 4], type: KINDRED_FLOAT16)
    expect(KINDRED_BAD_DATA, "the teacher's 'logits' holds -inf at [1, 2]", of: wrong)
    numbers[6] = 1e300
    wrong.teacher[0] = Given("logits", numbers, shape: [3, 4], type: KINDRED_FLOAT64)
    expect(
      KINDRED_BAD_DATA,
      "the teacher's 'logits' holds 1e+300 at [1, 2], which is too large for Float32", of: wrong)
    wrong = call("ce")
    for label in [4, -1] {
      wrong.labels = Given("", [0, Double(label), 1], shape: [3], type: KINDRED_INT64)
      expect(
        KINDRED_BAD_DATA, "ce: label \(label) of example 1 is not one of the classes 0..<4",
        of: wrong)
    }
    wrong = call("crd(layer: logits)")
    wrong.indices = Given("", [0, -1, 2], shape: [3], type: KINDRED_INT64)
    expect(
      KINDRED_BAD_DATA,
      "the index of example 1 is -1; indices are whole numbers from 0 to 4294967295", of: wrong)
    wrong = call("kd")
    wrong.student.append(Given("weights", [1, 2, 0], shape: [3], type: KINDRED_INT32))
    expect(
      KINDRED_BAD_DATA,
      "'weights' takes a 0 or a 1 for each example, of shape [N], but has 2.0 at [1]", of: wrong)
    wrong = call("kd")
    wrong.student.append(Given("weights", [1, 1, 0], shape: [3, 1], type: KINDRED_INT32))
    expect(
      KINDRED_BAD_ARGUMENT,
      "'weights' takes a 0 or a 1 for each example, of shape [N], but has shape [3, 1]", of: wrong)
    wrong = call("fitnet(layer: logits)")
    wrong.tensors = [Given("fitnet.weight", [1, .nan, 0, 1], shape: [2, 2])]
    expect(KINDRED_BAD_DATA, "the tensor 'fitnet.weight' holds NaN at [0, 1]", of: wrong)
  }

  @Test func whatDoesNotCountMayHoldAnything() throws {
    var odd = call("kd + ce")
    var numbers = (0..<12).map { Double($0 % 5) }
    for index in 4..<8 { numbers[index] = .nan }
    odd.student[0] = Given("logits", numbers, shape: [3, 4])
    odd.student.append(Given("weights", [1, 0, 1], shape: [3], type: KINDRED_BOOL))
    odd.labels = Given("", [0, -100, 1], shape: [3], type: KINDRED_INT64)
    let gradient = Given("logits", Array(repeating: 7, count: 12), shape: [3, 4])
    let value = try odd.evaluate([gradient]).value
    #expect(value.isFinite && value > 0)
    #expect(gradient.values[4..<8].allSatisfy { $0 == 0 })
    #expect(gradient.values[..<4].contains { $0 != 0 })

    odd = call("ce")
    odd.student[0] = Given("logits", numbers, shape: [3, 4])
    odd.labels = Given("", [0, -100, 1], shape: [3], type: KINDRED_INT32)
    #expect(try odd.evaluate().value.isFinite)
    odd.formula = "ce + kd"
    expect(KINDRED_BAD_DATA, "the student's 'logits' holds NaN at [1, 0]", of: odd)
  }

  @Test func momentsAreChecked() throws {
    var wrong = call("ramp(kd)")
    wrong.moment = (-1, 0)
    expect(KINDRED_BAD_ARGUMENT, "the step is -1, and the first one is 0", of: wrong)
    for (progress, text) in [(1.5, "1.5"), (-0.25, "-0.25"), (.nan, "NaN")] {
      wrong.moment = (0, progress)
      expect(
        KINDRED_BAD_ARGUMENT, "the progress is \(text); it is a share from 0 to 1", of: wrong)
    }
    wrong.moment = (0, 0.25)
    #expect(try wrong.evaluate().terms[0].weight == 0.25)
  }

  @Test func whatIsTooLargeIsNoResult() {
    var large = call("match(logits, with: meanSquare)")
    large.student[0] = Given("logits", Array(repeating: 3e38, count: 12), shape: [3, 4])
    large.teacher[0] = Given("logits", Array(repeating: -3e38, count: 12), shape: [3, 4])
    let gradient = Given("logits", Array(repeating: 7, count: 12), shape: [3, 4])
    let failure = #expect(throws: Call.Failure.self) { try large.evaluate([gradient]) }
    #expect(failure?.status == KINDRED_TOO_LARGE)
    #expect(failure?.text.hasSuffix("overflows: its value is inf") == true)
    #expect(gradient.values.allSatisfy { $0 == 7 })

    large.student[0] = Given("logits", Array(repeating: 3e10, count: 12), shape: [3, 4])
    large.teacher[0] = Given("logits", Array(repeating: -3e10, count: 12), shape: [3, 4])
    let half = Given(
      "logits", Array(repeating: 7, count: 12), shape: [3, 4], type: KINDRED_FLOAT16)
    expect(
      KINDRED_TOO_LARGE, "the gradient at 'logits' is too large for Float16 at [0, 0]", of: large,
      gradients: [half])
    #expect(half.values.allSatisfy { $0 == 7 })
  }
}
