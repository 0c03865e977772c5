import Kindred
import TestSupport
import Testing

@Suite struct MiniLMTests {
  static let names = ["queries", "keys", "values"]

  static let references = [(1, [1, 3, 2], 4), (2, [3, 4, 6], 2), (3, [2, 5, 3], 6)].map {
    heads, shape, width in
    func shapes(_ width: Int) -> [String: [Int]] {
      Dictionary(uniqueKeysWithValues: names.map { ($0, [shape[0], shape[1], width]) })
    }
    return Reference(
      formula: "minilm(heads: \(heads))", student: shapes(shape[2]), teacher: shapes(width),
      range: -2...2
    ) { s, t in
      sum(
        names.map { x in
          mean(
            (0..<shape[0]).flatMap { i in
              (0..<heads).flatMap { head in
                zip(relation(s[x], i, head, of: heads), relation(t[x], i, head, of: heads)).map {
                  divergence(softmax($1, 1), from: softmax($0, 1))
                }
              }
            })
        })
    }
  }

  /// X Xᵀ/√d of a head of an example.
  private static func relation(
    _ x: Values, _ example: Int, _ head: Int, of heads: Int
  ) -> [[Double]] {
    let width = x.shape[2] / heads
    let tokens = (0..<x.shape[1]).map { token in
      (0..<width).map { x[example, token, head * width + $0] }
    }
    return tokens.map { a in tokens.map { dot(a, $0) / Double(width).squareRoot() } }
  }

  @Test(arguments: references) func isTheReference(_ reference: Reference) throws {
    try reference.expect()
  }

  /// The mean is over the tokens of all texts together, and masked tokens are no keys.
  @Test func theMeanIsOverAllTokens() throws {
    func outputs(_ seed: UInt64, _ texts: [Int], _ tokens: Int = 3) -> Outputs {
      Outputs(
        Dictionary(
          uniqueKeysWithValues: Self.names.map { name in
            let x = noise([2, 3, 4], seed: seed + UInt64(name.count))
            let kept = texts.flatMap { text in (0..<tokens).map { 3 * text + $0 } }
            return (name, x.reshaped([6, 4]).rows(kept).reshaped([texts.count, tokens, 4]))
          }))
    }
    let loss = try LossGraph(MiniLM(heads: 2))
    let first = try loss.evaluate(student: outputs(1, [0]), teacher: outputs(5, [0])).value
    let second = try loss.evaluate(student: outputs(1, [1], 2), teacher: outputs(5, [1], 2)).value
    var student = outputs(1, [0, 1])
    student.tensors["mask"] = Tensor([1, 1, 1, 1, 1, 0], shape: [2, 3])
    let both = try loss.evaluate(student: student, teacher: outputs(5, [0, 1])).value
    #expect(abs(both - (3 * first + 2 * second) / 5) < 1e-6 && both > 0)
  }

  @Test func headsDivideTheWidths() throws {
    let outputs = { (width: Int) in
      Outputs(
        Dictionary(
          uniqueKeysWithValues: Self.names.map { ($0, noise([2, 3, width], seed: 1)) }))
    }
    let error = #expect(throws: DistillationError.self) {
      try LossGraph(MiniLM(heads: 4)).evaluate(student: outputs(8), teacher: outputs(6))
    }
    #expect(
      error?.description == """
        minilm: minilm takes tokens N×T×D whose D is a multiple of 4, but the teacher's value has shape \
        [2, 3, 6]
        """)
  }
}
