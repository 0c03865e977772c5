import CKindred
import Dispatch
import Distillation
import Kindred
import Synchronization
import Tensors
import TestSupport
import Testing

/// What a loss says of itself, and what its calls give.
@Suite struct LossCallTests {
  private func names(_ loss: OpaquePointer?, _ role: Int) -> [String] {
    let role = kindred_role(role)
    let count = kindred_loss_output_count(loss, role)
    #expect(kindred_loss_output(loss, role, count) == nil)
    return (0..<count).compactMap {
      kindred_loss_output(loss, role, $0).map { String(cString: $0) }
    }
  }

  /// Nobody goes along an axis of one index, so its stride may be any number.
  @Test func aStrideOfOneIndexDoesNotMatter() throws {
    let values = (0..<12).map { Double($0 * $0 % 7) }
    func gradient(_ strides: [Int]?) throws -> [Double] {
      let maps = [values, values.reversed()].map {
        Given("stage1", $0, shape: [3, 1, 2, 2], order: .spread)
      }
      let gradient = Given("stage1", [], shape: [3, 1, 2, 2], order: .spread)
      if let strides {
        for array in maps + [gradient] { array.change(strides: strides) }
      }
      let call = Call(formula: "at(layer: stage1)", student: [maps[0]], teacher: [maps[1]])
      #expect(try call.evaluate([gradient]).value > 0)
      return gradient.values
    }
    #expect(try gradient([2, .max, 6, 12]) == gradient(nil))
  }

  @Test func aLossDescribesItself() throws {
    let formula = "ce + ramp(25*rkd.distance) + fitnet(layer: stage2, teacherLayer: lastStage)"
    let loss = try Call.loss(formula)
    defer { kindred_loss_destroy(loss) }
    #expect(names(loss, KINDRED_STUDENT) == ["embedding", "logits", "stage2"])
    #expect(names(loss, KINDRED_TEACHER) == ["embedding", "lastStage"])
    #expect(names(loss, 2) == [])
    let terms = (0..<kindred_loss_term_count(loss)).map {
      String(cString: kindred_loss_term(loss, $0))
    }
    #expect(terms == ["ce", "rkd.distance", "fitnet"])
    #expect(kindred_loss_term(loss, 3) == nil)
    #expect(kindred_interface() == KINDRED_INTERFACE)
    #expect(String(cString: kindred_version()) == "\(Distillation.version)")
  }

  @Test(arguments: [
    ("kd", 0), ("ce", KINDRED_NEEDS_LABELS),
    ("ramp(kd)", KINDRED_NEEDS_MOMENT | KINDRED_NEEDS_PROGRESS),
    ("fitnet(layer: logits)", KINDRED_HAS_PARAMETERS), ("rrd", KINDRED_HAS_MEMORY),
    ("uncertainty(kd, sp)", KINDRED_HAS_PARAMETERS),
    ("dkd + rrd", KINDRED_NEEDS_LABELS | KINDRED_HAS_MEMORY),
    (
      "crd",
      KINDRED_NEEDS_INDICES | KINDRED_NEEDS_MOMENT | KINDRED_HAS_PARAMETERS | KINDRED_HAS_MEMORY
    ),
  ])
  func aLossSaysWhatItNeeds(_ formula: String, _ needs: Int) throws {
    let loss = try Call.loss(formula)
    defer { kindred_loss_destroy(loss) }
    #expect(kindred_loss_needs(loss) == needs, "\(formula)")
  }

  /// Weights move within a sum and within a group, too, and chance needs no progress.
  @Test(arguments: [
    ("uncertainty(ramp(kd), sp)", true), ("ramp(uncertainty(kd, sp))", true),
    ("adaptive(ramp(kd), sp)", true), ("match(logits, with: huber(tuples: 5))", false),
    ("adaptive(kd, sp)", false),
  ])
  func aLossSaysWhetherItNeedsProgress(_ formula: String, _ needs: Bool) throws {
    let loss = try Call.loss(formula)
    defer { kindred_loss_destroy(loss) }
    let flags = Int(kindred_loss_needs(loss))
    #expect((flags & KINDRED_NEEDS_PROGRESS != 0) == needs)
    #expect(!needs || flags & KINDRED_NEEDS_MOMENT != 0)
  }

  @Test func aLossNamesItsTensors() throws {
    let loss = try Call.loss("fitnet(layer: embedding) + rrd + uncertainty(kd, sp(layer: logits))")
    defer { kindred_loss_destroy(loss) }
    var tensors: [String: Int32] = [:]
    for index in 0..<kindred_loss_tensor_count(loss) {
      var isParameter: Int32 = 7
      let name = try #require(kindred_loss_tensor(loss, index, &isParameter))
      #expect(kindred_loss_tensor(loss, index, nil) == name)
      tensors[String(cString: name)] = isParameter
    }
    #expect(
      tensors == [
        "fitnet.weight": 1, "fitnet.bias": 1, "rrd.queue": 0, "uncertainty.logVariances": 1,
      ])
    #expect(kindred_loss_tensor(loss, 4, nil) == nil && kindred_loss_tensor_count(nil) == 0)
  }

  @Test func nothingIsAskedOfNothing() {
    kindred_loss_destroy(nil)
    kindred_result_destroy(nil)
    kindred_error_destroy(nil)
    #expect(kindred_loss_needs(nil) == 0 && kindred_loss_output_count(nil, 0) == 0)
    #expect(kindred_loss_output(nil, 0, 0) == nil && kindred_loss_term(nil, 0) == nil)
    #expect(kindred_result_value(nil).isNaN && kindred_result_term_count(nil) == 0)
    var (term, tensor) = (kindred_term(), kindred_tensor())
    #expect(kindred_result_term(nil, 0, &term) == KINDRED_BAD_ARGUMENT)
    #expect(kindred_result_tensor(nil, 0, &tensor) == KINDRED_BAD_ARGUMENT)
    #expect(kindred_loss_create(nil, nil, nil) == KINDRED_BAD_ARGUMENT)
    #expect(kindred_evaluate(nil, nil, nil, 0, nil, nil) == KINDRED_BAD_ARGUMENT)
    #expect(kindred_balance(nil, nil, nil, nil) == KINDRED_BAD_ARGUMENT)
    #expect(kindred_initial_tensors(nil, nil, nil, nil) == KINDRED_BAD_ARGUMENT)
  }

  private let s = noise([6, 5], seed: 1), t = noise([6, 5], seed: 2)

  private func call(_ formula: String, type: Int = KINDRED_FLOAT32) -> Call {
    var call = Call(formula: formula)
    for name in ["logits", "embedding"] {
      call.student.append(Given(name, s, type: type))
      call.teacher.append(Given(name, t, type: type))
    }
    return call
  }

  /// Numbers of fewer bits are what the caller gave, and gradients are rounded to their type.
  @Test(arguments: [KINDRED_FLOAT16, KINDRED_BFLOAT16], Given.Order.allCases)
  func halfNumbersAreExact(_ type: Int, _ order: Given.Order) throws {
    let given = Given("logits", s.scalars.map { Double($0) }, shape: [6, 5], type: type)
    var call = call("kd")
    call.student[0] = given
    let gradient = Given(
      "logits", Array(repeating: 0, count: 30), shape: [6, 5], type: type,
      order: order)
    let exact = Given("logits", Array(repeating: 0, count: 30), shape: [6, 5])
    let value = try call.evaluate([gradient]).value
    _ = try call.evaluate([exact])
    let loss = try Registry.linked.loss("kd").evaluate(
      student: ["logits": given.tensor], teacher: ["logits": t])
    #expect(value == loss.value)
    #expect(exact.values == loss.gradients.tensors["logits"]?.scalars.map { Double($0) })
    for (half, full) in zip(gradient.values, exact.values) {
      if type == KINDRED_FLOAT16 {
        #expect(Float16(half) == Float16(full))
      } else {
        #expect(abs(half - full) <= abs(full) / 256)
      }
    }
  }

  @Test func outputsThatAreNotReadHaveNoGradient() throws {
    let gradient = Given("embedding", Array(repeating: 7, count: 30), shape: [6, 5])
    _ = try call("kd").evaluate([gradient])
    #expect(gradient.values.allSatisfy { $0 == 0 })
  }

  @Test func theBalanceIsThatOfTheLoss() throws {
    let found = try call("kd + 2*rkd.distance").balance()
    let outputs = Outputs(["logits": s, "embedding": s])
    let expected = try Registry.linked.loss("kd + 2*rkd.distance").balance(
      student: outputs, teacher: ["logits": t, "embedding": t])
    #expect(found.terms.map { $0.name } == expected.map { $0.name })
    #expect(found.terms.map { $0.share } == expected.map { $0.share })
    #expect(found.terms.map { $0.norm } == expected.map { $0.gradientNorm })
    #expect(found.terms.map { $0.cosine } == expected.map { $0.cosine })
    #expect(found.terms.map { $0.weight } == [1, 2])
    #expect(found.value.isNaN)
    #expect(try call("kd").evaluate().terms[0].share.isNaN)
  }

  @Test func theFirstTensorsAreThoseOfTheLoss() throws {
    var call = call("fitnet(layer: embedding) + rrd + uncertainty(kd, sp(layer: logits))")
    call.seed = 3
    let found = try call.initialTensors().tensors
    let outputs = Outputs(["logits": s, "embedding": s])
    let expected = try Registry.linked.loss(call.formula).initialState(
      student: outputs, teacher: ["logits": t, "embedding": t], seed: 3)
    let parameters = found.filter { $0.isParameter }
    #expect(Set(parameters.map { $0.name }) == Set(expected.parameters.keys))
    #expect(Set(found.filter { !$0.isParameter }.map { $0.name }) == Set(expected.memory.keys))
    for owned in found {
      let tensor = try #require(expected.parameters[owned.name] ?? expected.memory[owned.name])
      #expect(owned.shape == tensor.shape)
      #expect(owned.values == tensor.scalars.map { Double($0) })
    }
    #expect(parameters.allSatisfy { $0.rate > 0 })
  }

  @Test func memoryIsGivenToTheNextStep() throws {
    var call = call("rrd")
    let first = try call.evaluate()
    let queue = try #require(first.tensors.first { $0.name == "rrd.queue" })
    #expect(queue.shape == [6, 5])
    call.tensors = [Given("rrd.queue", queue.values, shape: queue.shape)]
    let second = try call.evaluate()
    #expect(second.tensors.first?.shape == [12, 5])
    #expect(second.value != first.value)
  }

  @Test func severalTeachersHaveNumbersOrAMean() throws {
    let u = noise([6, 5], seed: 9)
    for (formula, names) in [
      ("kd(teacher: 2)", ["logits", "logits@2"]), ("kd(teacher: mean)", ["logits", "logits@2"]),
    ] {
      var call = call(formula)
      call.teacher = zip(names, [t, u]).map { Given($0, $1) }
      let loss = try Registry.linked.loss(formula)
      let teacher = Outputs(
        of: [Outputs(["logits": t]), Outputs(["logits": u])], giving: loss.outputs(of: .teacher))
      let expected = try loss.evaluate(student: ["logits": s], teacher: teacher)
      #expect(try call.evaluate().value == expected.value)
    }
    var unlike = call("kd(teacher: mean)")
    unlike.teacher = [Given("logits", t), Given("logits@2", noise([6, 4], seed: 9))]
    #expect(
      throws: Call.Failure(
        status: KINDRED_BAD_ARGUMENT,
        text: "'logits' of shape [6, 5] and 'logits@2' of shape [6, 4] have no mean")
    ) { try unlike.evaluate() }
  }

  /// A loss may be used by several threads at once, each with results of its own.
  @Test func threadsShareALoss() throws {
    let formula = "25*rkd.distance + 50*rkd.angle + kd"
    let expected = try call(formula).evaluate().value
    let values = Mutex([Double]())
    DispatchQueue.concurrentPerform(iterations: 64) { _ in
      let value = try? self.call(formula).evaluate().value
      values.withLock { $0.append(value ?? .nan) }
    }
    #expect(values.withLock { $0 } == Array(repeating: expected, count: 64))
  }
}
