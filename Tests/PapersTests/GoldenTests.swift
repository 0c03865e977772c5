import Foundation
import Goldens
import Kindred
import Testing

@Suite struct GoldenTests {
  @Test(arguments: GoldenMethod.all)
  func lossAndGradientAreTheReferences(_ method: GoldenMethod) throws {
    let file = try GoldenFile.read(method.name)
    #expect(file.schema == "kd-golden/1")
    #expect(!file.cases.isEmpty)
    for golden in file.cases {
      let loss = try Registry.linked.loss(try method.formula(golden))
      let student = method.outputs(of: .student, in: golden)
      let teacher = method.outputs(of: .teacher, in: golden)
      let state = method.state(in: golden)
      let result = try loss.evaluate(student: student, teacher: teacher, state: state)
      let gradients = result.gradients.tensors.merging(result.parameterGradients) { own, _ in own }
      try method.check(golden, value: result.value, gradients: gradients)
      let total = Double(
        try loss(student: student, teacher: teacher, state: state).total.scalar)
      #expect(abs(total - result.value) <= 1e-6 * abs(result.value), "\(golden.case): \(total)")
    }
  }

  @Test func everyFileHasItsMethod() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: GoldenFile.folder.path)
      .filter { $0.hasSuffix(".json") }
    // This file has mining and recall, which have no loss: see MiningTests.
    let others = ["metric_learning.json"]
    #expect(files.sorted() == (GoldenMethod.all.map { "\($0.name).json" } + others).sorted())
  }
}
