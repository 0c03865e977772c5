import CKindred
import Testing

/// What is wrong with an array is said, and where.
@Suite struct WrongArrayTests {
  /// A call that is right, of three examples.
  private func right() -> Call {
    var call = Call(formula: "ce + kd + fitnet(layer: embedding)")
    call.student = [
      Given("logits", [1, 2, 0, 1, 0, 3], shape: [3, 2]),
      Given("embedding", [1, 0, 2, 1, 0, 3, 1, 1, 0], shape: [3, 3]),
    ]
    call.teacher = [
      Given("logits", [2, 1, 0, 1, 1, 3], shape: [3, 2]),
      Given("embedding", [1, 0, 2, 1, 0, 3], shape: [3, 2]),
    ]
    call.tensors = [
      Given("fitnet.weight", [1, 0, 0, 0, 1, 0], shape: [2, 3]),
      Given("fitnet.bias", [0, 0], shape: [2]),
    ]
    call.labels = Given("", [0, 1, 1], shape: [3], type: KINDRED_INT64)
    return call
  }

  private func gradient() -> Given {
    Given("embedding", Array(repeating: 7, count: 9), shape: [3, 3], order: .spread)
  }

  /// Expects an error, and that a gradient which is right otherwise is not written.
  private func expect(
    _ status: Int, _ text: String, _ change: (inout Call, Given) -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var call = right()
    let gradient = gradient()
    change(&call, gradient)
    let before = gradient.content
    #expect(throws: Call.Failure(status: status, text: text), sourceLocation: sourceLocation) {
      try call.evaluate([gradient])
    }
    #expect(gradient.content == before, sourceLocation: sourceLocation)
  }

  private func expectBad(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout Call, Given) -> Void
  ) {
    expect(KINDRED_BAD_ARGUMENT, text, change, sourceLocation: sourceLocation)
  }

  @Test func theCallIsRightOtherwise() throws {
    let gradient = gradient()
    let result = try right().evaluate([gradient])
    #expect(result.terms.map { $0.name } == ["ce", "kd", "fitnet"])
    #expect(gradient.values.allSatisfy { $0 != 7 })
  }

  @Test func itsDescriptionIsChecked() {
    expectBad("the name of number 1 of the student's arrays is a null pointer") { call, _ in
      call.student[1].said.name = nil
    }
    expectBad("the student's 'embedding' is of type 0, and types are from 1 to 7") { call, _ in
      call.student[1].said.type = 0
    }
    expectBad("the teacher's 'logits' has 0 axes; arrays have from 1 to 8") { call, _ in
      call.teacher[0].said.rank = 0
    }
    expectBad("the teacher's 'logits' has 9 axes; arrays have from 1 to 8") { call, _ in
      call.teacher[0].said.rank = 9
    }
    expectBad("the shape of the array of labels is a null pointer") { call, _ in
      call.labels?.said.shape = nil
    }
    expectBad("the tensor 'fitnet.bias' has a negative length in its shape [-2]") { call, _ in
      call.tensors[1] = Given("fitnet.bias", [0, 0], shape: [2])
      call.tensors[1].change(shape: [-2])
    }
    expectBad("the gradient 'embedding' has a negative stride in [2, -6]") { _, gradient in
      gradient.change(strides: [2, -6])
    }
    expectBad("the data of the student's 'logits' is a null pointer") { call, _ in
      call.student[0].said.data = nil
    }
  }

  @Test func itsSizeIsChecked() {
    for shape in [[1 << 62, 4], [4, 1 << 62], [3, 1 << 60], [1 << 40, 1 << 40]] {
      expect(
        KINDRED_TOO_LARGE,
        "the student's 'logits' of shape \(shape) has more bytes than can be addressed"
      ) { call, _ in call.student[0].change(shape: shape) }
    }
    expect(
      KINDRED_TOO_LARGE,
      "the student's 'logits' of shape [3, 2] has more bytes than can be addressed"
    ) { call, _ in
      call.student[0] = Given("logits", [1, 2, 0, 1, 0, 3], shape: [3, 2], order: .spread)
      call.student[0].change(strides: [1 << 61, 1])
    }
  }

  @Test func anArrayThatDoesNotFitIsRefused() throws {
    var call = right()
    (call.formula, call.tensors) = ("kd", [])
    call.student[0] = Given("logits", [1, 2], shape: [1, 2], order: .spread)
    call.student[0].change(shape: [1 << 44, 2])
    call.student[0].change(strides: [0, 0])
    let failure = #expect(throws: Call.Failure.self) { try call.evaluate() }
    #expect(failure?.status == KINDRED_TOO_LARGE)
    #expect(
      failure?.text.hasPrefix(
        "the student's 'logits' of shape [17592186044416, 2] takes 134217728 MB, and there are ")
        == true)
  }

  @Test func namesAreChecked() {
    expectBad("the student's 'logits' is given twice") { call, _ in
      call.student.append(call.student[0])
    }
    expectBad(
      """
      the teacher has no output 'logits' (did you mean 'logit'?); choose from 'embedding', 'logit'
      """
    ) { call, _ in call.teacher[0] = Given("logit", [2, 1, 0, 1, 1, 3], shape: [3, 2]) }
    expectBad(
      """
      no output of the student or parameter 'embeding' (did you mean 'embedding'?); choose from \
      'embedding', 'fitnet.bias', 'fitnet.weight', 'logits'
      """
    ) { $1.change(name: "embeding") }
    expectBad(
      """
      no tensor of the loss 'fitnet.weigt' (did you mean 'fitnet.weight'?); choose from 'fitnet.bias', \
      'fitnet.weight'
      """
    ) { call, _ in call.tensors[0] = Given("fitnet.weigt", [1, 0, 0, 0, 1, 0], shape: [2, 3]) }
  }

  @Test func typesAreChecked() {
    expectBad("the student's 'logits' is of Int32; outputs are of a floating-point type") {
      call, _ in
      call.student[0] = Given("logits", [1, 2, 0, 1, 0, 3], shape: [3, 2], type: KINDRED_INT32)
    }
    expectBad("the array of labels is of Float32, and it takes Int32 or Int64") { call, _ in
      call.labels = Given("", [0, 1, 1], shape: [3])
    }
    expectBad("the tensor 'fitnet.bias' is of Bool, and it takes a floating-point type") {
      call, _ in call.tensors[1] = Given("fitnet.bias", [0, 0], shape: [2], type: KINDRED_BOOL)
    }
    expectBad("the gradient 'embedding' is of Int64, and it takes a floating-point type") {
      $1.said.type = kindred_type(KINDRED_INT64)
    }
  }

  @Test func gradientsAreChecked() {
    expectBad("the gradient 'embedding' has shape [3, 2], and what it is of has shape [3, 3]") {
      $1.change(shape: [3, 2])
    }
    expectBad(
      "the gradient 'embedding' has the strides [2, 0], with which elements lie on each other"
    ) { $1.change(strides: [2, 0]) }
    expectBad(
      "the gradient 'embedding' has the strides [1, 1], with which elements lie on each other"
    ) { $1.change(strides: [1, 1]) }
  }
}
