import Kindred
import Testing

/// The memory that a loss takes follows from shapes.
@Suite struct MemoryEstimateTests {
  // 2.5 times the sum of three counts, at 4 bytes a number: every value (the teacher's too), what a
  // matcher of whole values makes, and the student's outputs.
  @Test(arguments: [
    ("kd", [100, 10], 5 * (1000 + 1000) / 2),
    ("sp(layer: embedding)", [100, 10], 5 * (4 * 10_000 + 1000) / 2),
    ("irg.edge", [100, 10], 5 * (5 * 10_000 + 1000) / 2),
    // The inner products, distances and gradient of each network; the n³ angles do not count.
    ("rkd.angle", [100, 10], 5 * (6 * 10_000 + 1000) / 2),
    // The distances, and the distances divided by their mean.
    ("rkd.distance", [100, 10], 5 * (4 * 10_000 + 1000) / 2),
    // The distances are shared with RKD's.
    ("rkd.distance + darkrank", [100, 10], 5 * (5 * 10_000 + 1000) / 2),
    ("0*sp(layer: embedding) + pkt", [100, 10], 5 * (3 * 10_000 + 1000) / 2),
    ("triplet", [100, 10], 5 * (3 * 10_000 + 1000) / 2),
  ])
  func followsFromShapes(_ formula: String, _ shape: [Int], _ numbers: Int) throws {
    let loss = try Registry.linked.loss(formula)
    let outputs: Outputs = [
      "logits": Tensor(repeating: 0, shape: shape), "embedding": Tensor(repeating: 0, shape: shape),
    ]
    #expect(loss.estimatedBytes(student: outputs, teacher: outputs) == 4 * numbers)
  }
}
