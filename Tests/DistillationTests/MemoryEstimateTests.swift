import Kindred
import Testing

/// What a loss takes of memory follows from shapes.
@Suite struct MemoryEstimateTests {
  // Two and a half of every value, the teacher's too, of what a matcher of whole values makes, and of
  // the student's outputs; 4 bytes a number.
  @Test(arguments: [
    ("kd", [100, 10], 5 * (1000 + 1000) / 2),
    ("sp(layer: embedding)", [100, 10], 5 * (4 * 10_000 + 1000) / 2),
    ("irg.edge", [100, 10], 5 * (5 * 10_000 + 1000) / 2),
    // The inner products, distances and gradient of three networks' worth, whatever the n³ angles.
    ("rkd.angle", [100, 10], 5 * (6 * 10_000 + 1000) / 2),
    // Distances, and these divided by their mean.
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
