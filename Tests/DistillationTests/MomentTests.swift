import Kindred
import TestSupport
import Testing

/// A loss that depends on the moment is not evaluated without one.
@Suite struct MomentTests {
  private static let outputs: (student: Outputs, teacher: Outputs) = (
    Outputs(
      ["logits": noise([8, 4], seed: 1), "embedding": noise([8, 3], seed: 2)],
      labels: [0, 0, 1, 1, 2, 2, 3, 3]),
    ["logits": noise([8, 4], seed: 3), "embedding": noise([8, 5], seed: 4)]
  )

  @Test(arguments: [
    ("simplex", ["simplex"]),
    ("kd + rkd.distance(tuples: 5)", ["rkd.distance"]),
    ("ramp(kd) + ce", ["kd"]),
    ("triplet(mining: random)", ["triplet"]), ("triplet(mining: distance)", ["triplet"]),
    ("adaptive(kd, simplex) + ramp(rkd.angle)", ["adaptive", "rkd.angle"]),
    ("ramp(uncertainty(ce, kd))", ["ce", "kd"]),
    (
      "2*match(embedding, by: gram, with: huber(tuples: 4))",
      [
        "match(embedding, by: gram, with: huber(tuples: 4))"
      ]
    ),
  ])
  func aLossThatDependsOnTheMomentThrowsWithoutOne(_ formula: String, _ terms: [String]) throws {
    let loss = try Registry.linked.loss(formula)
    let (student, teacher) = Self.outputs
    #expect(loss.dependsOnMoment)
    let error = DistillationError.missingMoment(terms: terms)
    #expect(throws: error) { try loss.evaluate(student: student, teacher: teacher) }
    #expect(throws: error) { try loss(student: student, teacher: teacher) }
    #expect(throws: error) { try loss.balance(student: student, teacher: teacher) }
    #expect(throws: error) {
      try loss.termsOfTooSmallOutputs(student: student, teacher: teacher)
    }
    let result = try loss.evaluate(
      student: student, teacher: teacher, at: Moment(3, of: 4), state: LossState())
    #expect(result.value.isFinite)
  }

  @Test(arguments: ["kd", "ce + rkd", "uncertainty(ce, kd)", "triplet", "0*simplex + kd"])
  func othersNeedNone(_ formula: String) throws {
    let loss = try Registry.linked.loss(formula)
    let (student, teacher) = Self.outputs
    #expect(!loss.dependsOnMoment)
    func value(at moment: Moment?) throws -> Double {
      try loss.evaluate(student: student, teacher: teacher, at: moment, state: LossState()).value
    }
    #expect(try value(at: nil) == value(at: Moment(3, of: 4)))
  }

  @Test func theMessageSaysWhatToWrite() {
    #expect(
      "\(DistillationError.missingMoment(terms: ["simplex", "kd"]))" == """
        'simplex', 'kd' depend on the moment in training: give it, at: Moment(step, of: steps)
        """)
  }

  @Test func momentsOutsideATrainingTrap() async {
    let early = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Moment(-1, of: 10)
    }
    let late = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Moment(progress: 7)
    }
    let never = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Moment(progress: .nan)
    }
    for (result, message) in [
      (early, "[moment] the first step is 0, not -1"),
      (late, "[moment] progress is a share from 0 to 1, not 7.0"),
      (never, "[moment] progress is a share from 0 to 1, not nan"),
    ] {
      let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      #expect(text.contains(message))
    }
  }

  @Test func aMomentOfSteps() {
    #expect(Moment(3, of: 12, seed: 7) == Moment(seed: 7, index: 3, progress: 0.25))
    #expect(Moment(13, of: 12).progress == 1)
    #expect(Moment(0, of: 0).progress == 0)
  }
}
