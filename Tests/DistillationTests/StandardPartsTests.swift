import Foundation
import Kindred
import TestSupport
import Testing

/// Parts that more than one paper uses.
@Suite struct StandardPartsTests {
  private func value(_ formula: String, _ s: Tensor, _ t: Tensor) throws -> Double {
    try Registry.linked.loss(formula)
      .evaluate(student: ["embedding": s], teacher: ["embedding": t]).value
  }

  @Test func cosineIsOfAllEntries() throws {
    let formula = "match(embedding, with: cosine)"
    let x = Tensor([3, 0, 0, 4], shape: [2, 2])
    #expect(try value(formula, x, x) == 0)
    #expect(try abs(value(formula, x, 7 * x)) < 1e-6)
    #expect(try abs(value(formula, x, -x) - 2) < 1e-6)
    #expect(try abs(value(formula, x, Tensor([0, 1, 5, 0], shape: [2, 2])) - 1) < 1e-6)
    #expect(try abs(value(formula, x, Tensor([1, 0, 0, 0], shape: [2, 2])) - 0.4) < 1e-6)
    #expect(try value(formula, 0.0 * x, 0.0 * x) == 0)
    #expect(try value(formula, 0.0 * x, x) == 1)
    #expect(try value(formula, x, 0.0 * x) == 1)
  }

  @Test func labelSmoothingSharesOutTheTarget() throws {
    let z = [[2.0, -1, 0.5], [0.25, 1, -3]]
    let targets = [[0.8, 0.1, 0.1], [0.1, 0.1, 0.8]]
    var expected = 0.0
    for (row, target) in zip(z, targets) {
      let normalizer = log(row.reduce(0) { $0 + exp($1) })
      for (logit, share) in zip(row, target) { expected += share * (normalizer - logit) / 2 }
    }
    let student = Outputs(
      ["logits": Tensor(z.joined().map { Float($0) }, shape: [2, 3])], labels: [0, 2])
    let value = try Registry.linked.loss("ce(labelSmoothing: 0.3)")
      .evaluate(student: student, teacher: [:]).value
    #expect(abs(value - expected) < 1e-6)
  }

  @Test func squaredDistancesAreMeansOverRows() throws {
    let (s, t) = (
      Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]), Tensor([1, 0, 3, 4, 5, 9], shape: [2, 3])
    )
    #expect(try value("match(embedding, with: meanSquaredDistance)", s, t) == 6.5)
  }

  @Test func doubleCenteringTakesOutTheMeans() throws {
    let k = noise([5, 5], seed: 1)
    let centered = DoublyCentered()(k)
    for axis in [0, 1] {
      for sum in centered.sum(axis: axis).scalars { #expect(abs(sum) < 1e-6) }
    }
    // Apart from the means nothing changes: an entry of a 2×2 block keeps its interaction.
    let before = k.scalars[6] - k.scalars[7] - k.scalars[11] + k.scalars[12]
    let after =
      centered.scalars[6] - centered.scalars[7] - centered.scalars[11] + centered.scalars[12]
    #expect(abs(before - after) < 1e-6)
    let (s, t) = (noise([6, 3], seed: 2), noise([6, 4], seed: 3))
    let composed = try value("match(embedding, by: gram.doublyCentered, with: cosine)", s, t)
    #expect(try abs(composed - value("cka", s, t)) < 1e-5)
    #expect(throws: DistillationError.self) {
      try Registry.linked.loss("match(logits, by: pooled.doublyCentered, with: cosine)")
        .evaluate(student: ["logits": s], teacher: ["logits": t])
    }
  }

  @Test func whereThereIsNoStageNoneIsNamed() {
    let outputs: Outputs = ["logits": Tensor([1], shape: [1, 1])]
    #expect(throws: DistillationError.missingOutput("lastStage", available: ["logits"])) {
      try outputs[OutputName.lastStage]
    }
  }

  /// `lastStage` names the last stage wherever an output is named.
  @Test func theLastStageHasAName() throws {
    let maps = { (seed: UInt64) in noise([3, 2, 2, 2], seed: seed) }
    let student: Outputs = ["stage1": maps(1), "stage2": maps(2), "stage3": maps(3)]
    let teacher: Outputs = ["stage1": maps(4), "stage2": maps(5)]
    func value(_ formula: String) throws -> Double {
      try Registry.linked.loss(formula).evaluate(student: student, teacher: teacher).value
    }
    let last = try value("match(output(layer: lastStage), with: meanSquare)")
    #expect(try last == value("match(stage3, to: stage2, with: meanSquare)"))
    #expect(try last == value("match(lastStage, with: meanSquare)"))
    #expect(try value("at") == value("match(lastStage, by: attention, with: meanSquare)"))
    #expect(try value("fsp(to: lastStage)") != value("fsp"))
    let loss = try Registry.linked.loss("at")
    #expect(loss.outputs(of: .student) == ["lastStage"])
    #expect(loss.formula == "at")
    #expect(try Registry.linked.loss("at(layer: stage1)").formula == "at(layer: stage1)")
  }

  /// A loop in a body is a sum.
  @Test func loopsAreSums() throws {
    let (s, t) = (noise([4, 3], seed: 1), noise([4, 3], seed: 2))
    func value(_ formula: String) throws -> Double {
      try Registry.linked.loss(formula)
        .evaluate(student: ["logits": s], teacher: ["logits": t]).value
    }
    let only = "instance: 1, batch: 0, classes: 0"
    let sum = try value("kd(temperature: 2)") + value("kd(temperature: 5)")
    #expect(try abs(value("mlld(temperatures: [2, 5], \(only))") - sum) < 1e-6)
    for temperatures in ["[]", "[0]", "[2, -1]"] {
      #expect(throws: DistillationError.self) {
        try Registry.linked.loss("mlld(temperatures: \(temperatures))")
      }
    }
  }
}
