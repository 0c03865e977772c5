import Kindred
import TestSupport
import Testing

/// Every registered term leaves its value as it is under what it claims not to see.
@Suite struct InvarianceTests {
  static let claims = Registry.linked.terms.sorted { $0.key < $1.key }.flatMap { name, type in
    type.invariances.map { (name, $0) }
  }

  private static let n = 6
  private let teacher: Outputs = [
    "embedding": noise([n, 5], seed: 3), "logits": noise([n, 4], seed: 4),
    "stage1": noise([n, 2, 2, 1], seed: 7), "stage2": noise([n, 2, 2, 1], seed: 8),
  ]

  private var student: Outputs {
    Outputs(
      [
        "embedding": noise([Self.n, 4], seed: 1), "logits": noise([Self.n, 4], seed: 2),
        "stage1": noise([Self.n, 2, 2, 1], seed: 5), "stage2": noise([Self.n, 2, 2, 1], seed: 6),
      ],
      labels: [0, 1, 2, 3, 0, 1])
  }

  @Test func someAreClaimed() { #expect(Self.claims.contains { $0 == ("rkd", .rotation) }) }

  @Test(arguments: claims)
  func holds(_ name: String, _ invariance: Invariance) throws {
    let loss = try Registry.linked.loss(name)
    let before = try loss.evaluate(student: student, teacher: teacher).value
    var (changed, target) = (student, teacher)
    if invariance == .batchOrder {
      let order = [4, 2, 5, 0, 3, 1]
      changed.tensors = changed.tensors.mapValues { $0.rows(order) }
      target.tensors = target.tensors.mapValues { $0.rows(order) }
      changed.labels = changed.labels.map { labels in order.map { labels[$0] } }
    } else {
      changed.tensors = changed.tensors.mapValues {
        change($0.flattened, invariance).reshaped($0.shape)
      }
    }
    let after = try loss.evaluate(student: changed, teacher: target).value
    #expect(abs(after - before) <= 2e-5 * abs(before), "\(before) became \(after)")
    let moved = changed.tensors.contains { $0.value.scalars != student.tensors[$0.key]?.scalars }
    #expect(moved, "the test changed nothing")
  }

  /// A change of rows of four features.
  private func change(_ x: Tensor, _ invariance: Invariance) -> Tensor {
    switch invariance {
    case .rotation:
      // Two turns by the angle of cosine 0.6, in different planes.
      let first = Tensor(
        [0.6, -0.8, 0, 0, 0.8, 0.6, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], shape: [4, 4])
      let second = Tensor(
        [1, 0, 0, 0, 0, 0.6, 0, -0.8, 0, 0, 1, 0, 0, 0.8, 0, 0.6], shape: [4, 4])
      return x • first • second
    case .scaling: return 3 * x
    case .translation: return x + Tensor([1, -2, 3, 0.5], shape: [4])
    case .shift: return x + noise([Self.n, 1], seed: 9)
    case .batchOrder: return x
    }
  }
}
