import Kindred
import TestSupport
import Testing

@Suite struct RRDTests {
  private static let (weight, bias, queue) = ("rrd.weight", "rrd.bias", "rrd.queue")

  static let references = [
    ("rrd", 0.1, 0.02, 4, 7), ("rrd(studentTemperature: 1, teacherTemperature: 0.5)", 1, 0.5, 3, 5),
    ("rrd(queue: 6)", 0.1, 0.02, 2, 6), ("rrd", 0.1, 0.02, 1, 1),
  ].map { formula, τˢ, τᵗ, n, m in
    Reference(
      formula: formula, student: ["embedding": [n, 3]], teacher: ["embedding": [n, 3]],
      memory: ["rrd.queue": [m, 3]]
    ) { s, t in loss(s["embedding"].rows, t["embedding"].rows, t["rrd.queue"].rows, τˢ, τᵗ) }
  }

  static let projected = Reference(
    formula: "rrd(projection: linear)", student: ["embedding": [4, 2]],
    teacher: ["embedding": [4, 3]],
    parameters: [weight: [3, 2], bias: [3]], memory: [queue: [5, 3]]
  ) { s, t in
    loss(
      s["embedding"].rows.map { affine($0, s[weight], s[bias]) }, t["embedding"].rows,
      t[queue].rows, 0.1, 0.02)
  }

  /// The mean divergence of the probabilities that each network gives to the queue's rows.
  static func loss(
    _ s: [[Double]], _ t: [[Double]], _ queue: [[Double]], _ τˢ: Double = 0.1, _ τᵗ: Double = 0.02
  ) -> Double {
    guard !queue.isEmpty else { return 0 }
    func probabilities(_ x: [Double], _ τ: Double) -> [Double] {
      softmax(queue.map { dot($0, unit(x)) }, τ)
    }
    return mean(zip(s, t).map { divergence(probabilities($1, τᵗ), from: probabilities($0, τˢ)) })
  }

  @Test(arguments: references + [projected]) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  /// With an empty queue there is nothing to compare with, whatever the matcher; the queue is filled all the
  /// same.
  @Test(arguments: ["pearson", "rowCosine", "crossCorrelation", "meanSquare", "klDivergence"])
  func anEmptyQueueIsNoRelation(_ matcher: String) throws {
    let loss = try Registry.linked.loss(
      "match(embedding, by: queueSimilarities, with: \(matcher))")
    let (student, teacher) = (noise([4, 3], seed: 1), noise([4, 3], seed: 2))
    let variable = student.variable
    let first = try loss(
      student: ["embedding": variable], teacher: ["embedding": teacher], state: LossState())
    let gradient = gradients(of: [(first.total, 1)], withRespectTo: [variable])[0]
    #expect(first.total.scalar == 0 && gradient.scalars == [Float](repeating: 0, count: 12))
    #expect(first.memory.values.map { $0.scalars } == [teacher.normalized().scalars])
    let second = try loss(
      student: ["embedding": student], teacher: ["embedding": teacher],
      state: LossState(memory: first.memory))
    #expect(second.total.scalar != 0)
  }

  /// Examples of weight 0 are neither compared nor remembered.
  @Test func examplesOfWeight0AreNotRemembered() throws {
    let loss = try Registry.linked.loss("rrd")
    let (student, teacher) = (noise([4, 3], seed: 1), noise([4, 3], seed: 2))
    let kept = [0, 2, 3]
    var (states, values): ([LossState], [Float]) = ([LossState(), LossState()], [])
    for _ in 0..<2 {
      let results = [
        try loss(
          student: ["embedding": student, "weights": [1, 0, 1, 1]],
          teacher: ["embedding": teacher], state: states[0]),
        try loss(
          student: ["embedding": student.rows(kept)], teacher: ["embedding": teacher.rows(kept)],
          state: states[1]),
      ]
      values = results.map { $0.total.scalar }
      states = results.map { LossState(memory: $0.memory) }
    }
    #expect(values[0] == values[1] && values[0] > 0)
    let queues = states.map { $0.memory["rrd.queue"] }
    #expect(queues[0]?.shape == [6, 3] && queues[0]?.scalars == queues[1]?.scalars)
  }

  @Test func otherWidthsAreRefused() {
    let error = #expect(throws: DistillationError.self) {
      try Registry.linked.loss("rrd").evaluate(
        student: ["embedding": noise([4, 3], seed: 1)],
        teacher: ["embedding": noise([4, 5], seed: 2)], state: LossState())
    }
    #expect(
      error?.description == """
        rrd: queueSimilarities takes values of the teacher's width, [4, 5], but the student's value \
        has shape [4, 3]
        """)
  }
}
