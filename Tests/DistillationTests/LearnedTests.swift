import Kindred
import TestSupport
import Testing

/// The code of docs/learned.md.
@Suite struct LearnedTests {
  @Test func layersOfOtherWidths() throws {
    let hint = try LossGraph {
      match(.projected("stage2"), to: .output("stage3"), by: .gram, with: .meanSquare)
      match(.projected("stage2", form: .mlp), to: .output("stage3"), by: .resized, with: .huber)
    }
    let formula = """
      match(projected(stage2), to: stage3, by: gram, with: meanSquare) \
      + match(projected(stage2, form: mlp), to: stage3, by: resized, with: huber)
      """
    #expect(try hint.formula == Registry.linked.loss(formula).formula)
  }

  @Test func theStateIsKept() throws {
    let (x, labels, steps) = (noise([16, 5], seed: 1), (0..<16).map { $0 % 4 }, 40)
    let teacher: Outputs = [
      "stage2": noise([16, 8], seed: 2), "embedding": noise([16, 3], seed: 3),
    ]
    let weights = [noise([5, 6], seed: 4), noise([6, 3], seed: 5), noise([3, 4], seed: 6)]
    func forward(_ x: Tensor, _ w: [Tensor]) -> Outputs {
      let stage = x.matmul(w[0])
      let embedding = stage.matmul(w[1])
      return Outputs(
        ["stage2": stage, "embedding": embedding, "logits": embedding.matmul(w[2])],
        labels: labels)
    }

    let loss = try LossGraph {
      CrossEntropy()
      100 * FitNet(layer: "stage2")
      RRD(queue: 4096)
    }

    var state = try loss.initialState(student: forward(x, weights), teacher: teacher, seed: 0)
    let names = state.parameters.keys.sorted()  // fitnet.bias, fitnet.weight
    var learned = weights + names.compactMap { state.parameters[$0] }
    var optimizer = Adam(learningRate: 0.005)
    for step in 0..<steps {
      let variables = learned.map { $0.variable }
      for (name, value) in zip(names, variables.dropFirst(weights.count)) {
        state.parameters[name] = value
      }
      let moment = Moment(step, of: steps)
      let result = try loss(
        student: forward(x, variables), teacher: teacher, at: moment, state: state)
      optimizer.step(&learned, gradients(of: [(result.total, 1)], withRespectTo: variables))
      state.memory = result.memory
    }
    #expect(names == ["fitnet.bias", "fitnet.weight"])
    #expect(state.memory["rrd.queue"]?.shape == [640, 3])
    #expect(learned[3].scalars.allSatisfy { $0 != 0 })

    state.parameters = Dictionary(
      uniqueKeysWithValues: zip(names, learned.dropFirst(weights.count)))
    let student = forward(x, learned)
    let result = try loss.evaluate(student: student, teacher: teacher, state: state)
    let ofWeight = result.parameterGradients["fitnet.weight"]
    #expect(ofWeight?.shape == [8, 6] && ofWeight?.scalars.contains { $0 != 0 } == true)
    let first = try loss.evaluate(
      student: forward(x, weights), teacher: teacher,
      state: loss.initialState(student: forward(x, weights), teacher: teacher, seed: 0))
    #expect(result.terms[1].value ?? 1 < 0.9 * (first.terms[1].value ?? 0))
  }

  /// docs/own-parts.md
  struct SameHeight: PairedRelation {
    static let summary = "Maps averaged over the rows of the smaller ones."

    func callAsFunction(_ x: Tensor, beside other: [Int]) -> Tensor {
      x.averagePooled(height: min(x.shape[2], other[2]), width: x.shape[3])
    }
  }

  @Test func aRelationKnowsTheOtherShape() throws {
    let loss = try LossGraph(match(.output("stage1"), by: SameHeight(), with: .meanSquare))
    let (s, t) = (noise([2, 3, 4, 2], seed: 1), noise([2, 3, 2, 2], seed: 2))
    let value = try loss.evaluate(student: ["stage1": s], teacher: ["stage1": t]).value
    let expected = (s.averagePooled(height: 2, width: 2) - t).squared().mean().scalar
    #expect(abs(value - Double(expected)) < 1e-6)
  }
}
