import Kindred
import Testing

/// How a golden method is written as a formula, and which output its inputs are.
struct GoldenMethod: Sendable, CustomTestStringConvertible {
  let name: String
  let output: String
  let formula: @Sendable (GoldenCase) throws -> String

  var testDescription: String { name }

  static let all: [GoldenMethod] = [
    GoldenMethod(name: "cross_entropy", output: "logits") { _ in "ce" },
    GoldenMethod(name: "kd_kl", output: "logits") { "kd(temperature: \(try $0.number("T")))" },
    GoldenMethod(name: "kd_total", output: "logits") { golden in
      let α = try golden.number("alpha")
      return "\(1 - α)*ce + \(α)*kd(temperature: \(try golden.number("T")))"
    },
    GoldenMethod(name: "rkd_distance", output: "embedding") { golden in
      "rkd.distance(delta: \(try golden.number("delta")), reduction: \(try golden.rkdReduction))"
    },
    GoldenMethod(name: "rkd_angle", output: "embedding") { golden in
      "rkd.angle(delta: \(try golden.number("delta")), reduction: \(try golden.rkdReduction))"
    },
    GoldenMethod(name: "rkd", output: "embedding") { golden in
      "rkd(distance: \(try golden.number("w_dist")), angle: \(try golden.number("w_angle")))"
    },
  ]
}

extension GoldenCase {
  fileprivate var rkdReduction: String {
    get throws {
      switch try text("reduction") {
      case "mean_all": "all"
      case "mean_off", "mean_distinct": "distinct"
      default: try text("reduction")
      }
    }
  }
}

@Suite struct GoldenTests {
  @Test(arguments: GoldenMethod.all)
  func lossAndGradientAreTheReferences(_ method: GoldenMethod) throws {
    let file = try GoldenFile.read(method.name)
    #expect(file.schema == "kd-golden/1")
    #expect(!file.cases.isEmpty)
    for golden in file.cases { try check(golden, method) }
  }

  private func check(_ golden: GoldenCase, _ method: GoldenMethod) throws {
    let loss = try Registry.linked.loss(try method.formula(golden))
    var student: Outputs = [method.output: try #require(golden.inputs["student"]).tensor]
    let teacher: Outputs = golden.inputs["teacher"].map { [method.output: $0.tensor] } ?? [:]
    student.labels = golden.inputs["labels"]?.data.map { Int($0) }

    let result = try loss.evaluate(student: student, teacher: teacher)
    let total = Double(try loss(student: student, teacher: teacher).total.scalar)
    #expect(abs(total - result.value) <= 1e-6 * abs(result.value), "\(golden.case): \(total)")
    let allowed = golden.tolerance("loss", abs(golden.expected.loss))
    #expect(
      abs(result.value - golden.expected.loss) <= allowed,
      "\(golden.case): loss \(result.value), not \(golden.expected.loss)")

    let expected = try #require(golden.expected.grads["student"]).data
    let gradient = try result.gradients[method.output].scalars.map { Double($0) }
    #expect(gradient.count == expected.count)
    let error = zip(gradient, expected).map { abs($0 - $1) }
      .reduce(0) { $1.isNaN || $1 > $0 ? $1 : $0 }
    let limit = golden.tolerance("grad", expected.map { abs($0) }.max() ?? 0)
    #expect(error <= limit, "\(golden.case): gradient off by \(error), more than \(limit)")
  }
}
