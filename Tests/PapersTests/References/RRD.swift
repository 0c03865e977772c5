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
