import Kindred
import TestSupport
import Testing

@Suite struct FSPTests {
  /// Two layers: of equal size, with a larger first one, and with a larger second one.
  static let references = [([3, 2], [3, 2]), ([5, 4], [3, 2]), ([2, 3], [4, 3])].map {
    first, second in
    Reference(
      formula: "fsp(from: stage1, to: stage3)",
      student: ["stage1": [2, 3] + first, "stage3": [2, 2] + second],
      teacher: ["stage1": [2, 3, 4, 4], "stage3": [2, 2, 2, 2]]
    ) { s, t in
      func flow(_ network: Reference.Network) -> [Double] {
        let (x, y) = (network["stage1"], network["stage3"])
        let (h, w) = (min(x.shape[2], y.shape[2]), min(x.shape[3], y.shape[3]))
        let (f, g) = (x.pooled(h, w), y.pooled(h, w))
        return (0..<2).flatMap { i in
          (0..<3).flatMap { c in
            (0..<2).map { d in dot(f.map(i, c), g.map(i, d)) / Double(h * w) }
          }
        }
      }
      return squaredDistance(flow(s), flow(t)) / 12
    }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  @Test func layersOfFlowAreMaps() throws {
    let outputs: Outputs = [
      "stage1": noise([2, 3, 2, 3], seed: 1), "stage2": noise([2, 3], seed: 1),
    ]
    let error = #expect(throws: DistillationError.self) {
      try Registry.linked.loss("fsp").evaluate(student: outputs, teacher: outputs)
    }
    #expect(
      error?.description == """
        fsp: flow takes feature maps N×C×H×W of two layers, but the student's value has shapes \
        [2, 3, 2, 3] and [2, 3]
        """)
  }

  /// Learned maps of the flow are maps of both layers' channels.
  @Test func mapsOfTheFlowAreMapsOfTheLayers() throws {
    let (a, b) = (noise([4, 3], seed: 5), noise([5, 2], seed: 6))
    let (x, y) = (noise([2, 3, 2, 3], seed: 1), noise([2, 2, 2, 3], seed: 2))
    let teacher: Outputs = [
      "stage1": noise([2, 4, 2, 3], seed: 3), "stage2": noise([2, 5, 2, 3], seed: 4),
    ]
    let zero = Tensor(repeating: 0, shape: [5])
    let mapped: Outputs = [
      "stage1": x.projected(weight: a, bias: Tensor(repeating: 0, shape: [4])),
      "stage2": y.projected(weight: b, bias: zero),
    ]
    let expected = try Registry.linked.loss("fsp").evaluate(student: mapped, teacher: teacher)
    let loss = try Registry.linked.loss("fsp(projection: linear)")
    let state = LossState(parameters: ["fsp.from.weight": a, "fsp.to.weight": b])
    let found = try loss.evaluate(
      student: ["stage1": x, "stage2": y], teacher: teacher, state: state)
    #expect(abs(found.value - expected.value) <= 1e-5 * expected.value)
  }
}
