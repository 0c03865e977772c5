import Kindred
import TestSupport
import Testing

@Suite struct ReferenceTests {
  @Test(arguments: PaperReference.all)
  func lossAndGradientAreTheReferences(_ paper: PaperReference) throws {
    let loss = try Registry.linked.loss(paper.formula)
    for seed in [UInt64(1), 2] {
      let student = Outputs(outputs(paper.student, paper.range, seed), labels: paper.labels)
      let teacher = Outputs(outputs(paper.teacher, paper.range, seed + 10))
      let result = try loss.evaluate(student: student, teacher: teacher)
      let (s, t) = (student.tensors.mapValues(Values.init), teacher.tensors.mapValues(Values.init))
      let expected = paper.loss(s, t)
      #expect(
        abs(result.value - expected) <= 2e-5 * abs(expected) + 1e-7,
        "\(result.value), not \(expected)")
      for (name, values) in s {
        let slopes = values.scalars.indices.map { index in
          slope(
            of: { nudged in
              var moved = s
              moved[name] = Values(shape: values.shape, scalars: nudged)
              return paper.loss(moved, t)
            }, at: values.scalars, index)
        }
        expectClose(
          try result.gradients[name].scalars, slopes, 1e-3, "gradient at \(name)", floor: 1e-6)
      }
    }
  }

  private func outputs(
    _ shapes: [String: [Int]], _ range: ClosedRange<Double>, _ seed: UInt64
  ) -> [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: shapes.map { name, shape in
        (name, noise(shape, in: range, seed: seed + (name == "stage1" ? 100 : 0)))
      })
  }
}
