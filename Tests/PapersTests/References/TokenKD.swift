import Kindred
import TestSupport
import Testing

@Suite struct TokenKDTests {
  static let references = [("tokenKd", 1.0), ("tokenKd(temperature: 2)", 2)].flatMap { formula, τ in
    // The last axis is the classes, whatever the others.
    [[1, 2, 3], [3, 4, 2], [4, 3]].map { shape in
      Reference(formula, on: "logits", shape, shape, in: -3...3) { s, t in
        let classes = shape[shape.count - 1]
        let (s, t) = (rows(s.scalars, of: classes), rows(t.scalars, of: classes))
        return τ * τ * mean(zip(t, s).map { divergence(softmax($0, τ), from: softmax($1, τ)) })
      }
    }
  }

  private static func rows(_ scalars: [Double], of width: Int) -> [[Double]] {
    stride(from: 0, to: scalars.count, by: width).map { Array(scalars[$0..<$0 + width]) }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  /// Without a look at labels it is `kd` at its temperature.
  @Test func isKDOfTokens() throws {
    let (s, t) = (noise([2, 5, 3], seed: 1), noise([2, 5, 3], seed: 2))
    let student = Outputs([
      "logits": s, "mask": Tensor([0, 1, 1, 1, 0, 1, 1, 1, 1, 1], shape: [2, 5]),
    ])
    let value = {
      try Registry.linked.loss($0).evaluate(student: student, teacher: ["logits": t]).value
    }
    #expect(try value("tokenKd") == value("kd(temperature: 1)"))
  }
}
