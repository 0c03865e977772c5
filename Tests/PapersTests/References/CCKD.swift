import Foundation
import Kindred
import TestSupport
import Testing

@Suite struct CCKDTests {
  struct Setting: Sendable, CustomTestStringConvertible {
    let kernel: String
    var gamma = 0.4, order = 2, normalize = true

    var testDescription: String { formula }

    var formula: String {
      "cckd(kernel: \(kernel), gamma: \(gamma), order: \(order), normalize: \(normalize))"
    }

    func callAsFunction(_ x: [Double], _ y: [Double]) -> Double {
      let (x, y) = normalize ? (unit(x), unit(y)) : (x, y)
      switch kernel {
      case "bilinear": return dot(x, y)
      case "mmd": return abs(mean(x) - mean(y))
      case "gaussian": return exp(-gamma * squaredDistance(x, y))
      default:
        let terms = (0...order).map { p in
          let logarithm = Double(p) * log(2 * gamma) - lgamma(Double(p) + 1) - 2 * gamma
          return exp(logarithm) * pow(dot(x, y), Double(p))
        }
        return sum(terms)
      }
    }
  }

  @Test(
    arguments: ["taylor", "gaussian", "bilinear", "mmd"].flatMap { kernel in
      [true, false].map { Setting(kernel: kernel, normalize: $0) }
    } + [
      Setting(kernel: "taylor", order: 1),
      Setting(kernel: "taylor", gamma: 1.5, order: 5),
      Setting(kernel: "taylor", gamma: 10, order: 50),
      Setting(kernel: "gaussian", gamma: 1.5),
    ])
  func kernels(_ kernel: Setting) throws {
    for (n, d, e) in [(1, 3, 2), (2, 3, 3), (5, 4, 7)] {
      try expectReference(
        kernel.formula, student: ["embedding": noise([n, d], seed: 1)],
        teacher: ["embedding": noise([n, e], seed: 2)]
      ) { s, t in
        func matrix(_ x: [[Double]]) -> [Double] {
          Array(square(n) { kernel(x[$0], x[$1]) }.joined())
        }
        return squaredDistance(matrix(s["embedding"].rows), matrix(t["embedding"].rows))
          / Double(n * n)
      }
    }
  }

  /// The code that RepDistiller received from the authors, without its learned embeddings.
  @Test func theAuthorsVariant() throws {
    for (n, d) in [(1, 3), (2, 3), (5, 4)] {
      try expectReference(
        "cckd(variant: authors)", student: ["embedding": noise([n, d], seed: 1)],
        teacher: ["embedding": noise([n, d], seed: 2)]
      ) { s, t in
        let δ = zip(s["embedding"].rows, t["embedding"].rows).map { difference($0, $1).map(abs) }
        return n == 1 ? 0 : mean((1..<n).map { dot(δ[$0 - 1], δ[$0]) })
      }
    }
  }

  /// The authors' variant compares features one by one, and in the batch's order.
  @Test func theAuthorsVariantNeedsEqualFeaturesAndHasAnOrder() throws {
    let loss = try Registry.linked.loss("cckd(variant: authors)")
    let (student, teacher) = (noise([4, 3], seed: 1), noise([4, 3], seed: 2))
    let order = [0, 2, 1, 3]
    let value = try loss.evaluate(
      student: ["embedding": student], teacher: ["embedding": teacher]
    ).value
    let reordered = try loss.evaluate(
      student: ["embedding": student.rows(order)], teacher: ["embedding": teacher.rows(order)]
    ).value
    #expect(abs(value - reordered) > 0.01)
    let error = #expect(throws: DistillationError.self) {
      try loss.evaluate(
        student: ["embedding": student], teacher: ["embedding": noise([4, 2], seed: 2)])
    }
    #expect(error?.description.contains("[4, 3]") == true, "\(error?.description ?? "none")")
    #expect(error?.description.contains("[4, 2]") == true)
  }

  /// The series of every order ends, and the Taylor form approaches the Gaussian.
  @Test func aHighOrderIsTheGaussian() throws {
    let student: Outputs = ["embedding": noise([6, 4], seed: 1)]
    let teacher: Outputs = ["embedding": noise([6, 5], seed: 2)]
    for γ in [0.4, 3, 6] {
      let value = { (arguments: String) in
        try Registry.linked.loss("cckd(\(arguments), gamma: \(γ))")
          .evaluate(student: student, teacher: teacher)
      }
      let gaussian = try value("kernel: gaussian")
      for order in [40, 1000] {
        let taylor = try value("order: \(order)")
        #expect(abs(taylor.value - gaussian.value) <= 1e-5 * gaussian.value)
        expectClose(
          try taylor.gradients["embedding"].scalars,
          try gaussian.gradients["embedding"].scalars.map { Double($0) }, 1e-4, "gradient")
      }
    }
    let largest = try Registry.linked.loss("cckd(order: 1000, gamma: 10)")
      .evaluate(student: student, teacher: teacher)
    #expect(largest.value > 0 && largest.value.isFinite)
    #expect(try largest.gradients["embedding"].firstNonFiniteIndex == nil)
  }

  /// The means of rows one and two are equal: there is no derivative, and no NaN.
  @Test func equalMeansPullOnNothing() throws {
    let student = Tensor([1, 2, 3, 3, 2, 1, 0, 0, 9], shape: [3, 3])
    let result = try Registry.linked.loss("cckd(kernel: mmd, normalize: false)").evaluate(
      student: ["embedding": student], teacher: ["embedding": Tensor([0, 0, 1], shape: [3, 1])])
    // Means 2, 2, 3 against 0, 0, 1: every difference is the teacher's.
    #expect(result.value == 0)
    #expect(try result.gradients["embedding"].scalars.allSatisfy { $0 == 0 })
    let apart = try Registry.linked.loss("cckd(kernel: mmd, normalize: false)").evaluate(
      student: ["embedding": student.rows([0, 1])],
      teacher: ["embedding": Tensor([0, 5], shape: [2, 1])])
    #expect(apart.value == 2 * 25 / 4.0)
    #expect(try apart.gradients["embedding"].scalars.allSatisfy { $0 == 0 })
  }

  /// The paper's instance congruence, on features of equal size.
  @Test func instanceCongruence() throws {
    try expectReference(
      "match(embedding, with: meanSquare)", student: ["embedding": noise([3, 4], seed: 1)],
      teacher: ["embedding": noise([3, 4], seed: 2)]
    ) { s, t in
      squaredDistance(s["embedding"].scalars, t["embedding"].scalars) / 12
    }
  }
}
