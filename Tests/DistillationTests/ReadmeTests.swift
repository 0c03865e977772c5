import Kindred
import TestSupport
import Testing

/// The README's Swift, word for word, where the compiler sees it. DocumentCodeTests compares it.
@Suite struct ReadmeTests {
  @Test func theLoopTrains() throws {
    let (x, labels, steps) = (noise([16, 5], seed: 1), (0..<16).map { $0 % 4 }, 30)
    let teacher: Outputs = [
      "logits": noise([16, 4], seed: 2), "embedding": noise([16, 7], seed: 3),
    ]
    let start = [noise([5, 6], seed: 4), noise([6, 4], seed: 5)].map { 0.1 * $0 }
    var weights = start
    func forward(_ x: Tensor, _ w: [Tensor]) -> Outputs {
      let embedding = x.matmul(w[0])
      return Outputs(["logits": embedding.matmul(w[1]), "embedding": embedding], labels: labels)
    }

    let loss = try LossGraph {
      CrossEntropy()
      0.9 * KD(temperature: 4)
      25 * RKD.Distance()
      50 * RKD.Angle()
    }

    var optimizer = SGD(learningRate: 0.05, momentum: 0.9)
    for step in 0..<steps {
      let moment = Moment(step, of: steps)
      let (_, gradients) = try valueWithGradient(at: weights) { w in
        try loss(student: forward(x, w), teacher: teacher, at: moment).total
      }
      optimizer.step(&weights, gradients)
    }
    let values = try [start, weights].map {
      try loss.evaluate(student: forward(x, $0), teacher: teacher).value
    }
    #expect(values[1] < values[0])
    let formula = try Registry.linked.loss("ce + 0.9*kd + 25*rkd.distance + 50*rkd.angle")
    #expect(formula.formula == loss.formula)
  }

  @Test func arraysGoInAndGradientsComeOut() throws {
    let (logits, teacherLogits) = (
      noise([64, 10], seed: 1).scalars, noise([64, 10], seed: 2).scalars
    )
    let labels = (0..<64).map { $0 % 10 }
    let loss = try LossGraph {
      CrossEntropy()
      0.9 * KD(temperature: 4)
    }
    // logits and teacherLogits are [Float], 64 × 10, and labels are [Int].
    let student = Outputs(["logits": Tensor(logits, shape: [64, 10])], labels: labels)
    let teacher: Outputs = ["logits": Tensor(teacherLogits, shape: [64, 10])]
    let result = try loss.evaluate(student: student, teacher: teacher)
    print(result)  // 2.742 = ce 2.455 + 0.9·kd 0.3184
    let gradient: [Float] = try result.gradients["logits"].scalars
    #expect("\(result)" == "2.742 = ce 2.455 + 0.9·kd 0.3184")
    #expect(gradient.count == logits.count && gradient.contains { $0 != 0 })
  }

  @Test func theMixIsALoss() throws {
    let mixed = try LossGraph {
      KD() / 2
      3 * match(.embedding, by: .gram.rowNormalized, with: .meanSquare)
    }
    #expect(
      mixed.formula == "0.5*kd + 3*match(embedding, by: gram.rowNormalized, with: meanSquare)")
  }
}
