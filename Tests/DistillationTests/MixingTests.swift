import Foundation
import Kindred
import TestSupport
import Testing

/// Every formula in docs/mixing.md is a loss, and every piece of Swift on the page is in this file.
@Suite struct MixingTests {
  static let page =
    (try? String(
      contentsOf: URL(filePath: #filePath).appending(path: "../../../docs/mixing.md").standardized,
      encoding: .utf8)) ?? ""

  /// The lines of the page's blocks in one language.
  static func blocks(_ language: String) -> [[String]] {
    page.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first?.split(separator: "\n").map { String($0) }
    }
  }

  static let formulas = blocks("formula").flatMap { $0 }

  @Test(arguments: formulas)
  func aFormulaOfThePageIsALoss(_ formula: String) throws {
    let loss = try Registry.linked.loss(formula)
    var (student, teacher): (Outputs, Outputs) = ([:], [:])
    for (seed, name) in ["stage1", "stage2", "stage3"].enumerated() {
      let side = 8 >> seed
      student.tensors[name] = noise([6, 4 << seed, side, side], seed: UInt64(seed))
      teacher.tensors[name] = noise([6, 4 << seed, side, side], seed: UInt64(10 + seed))
    }
    for (seed, name) in ["embedding", "logits"].enumerated() {
      student.tensors[name] = noise([6, 5], seed: UInt64(20 + seed))
      teacher.tensors[name] = noise([6, 5], seed: UInt64(30 + seed))
    }
    student.labels = [0, 1, 2, 3, 4, 0]
    let result = try loss.evaluate(student: student, teacher: teacher)
    #expect(result.value.isFinite && result.value > 0)
  }

  /// The page says that the first formula of that section is `rkd.distance`.
  @Test func rkdDistanceIsWrittenOut() throws {
    #expect(Self.formulas.contains("match(embedding, by: distances.dividedByMean, with: huber)"))
    let student: Outputs = ["embedding": noise([6, 4], seed: 1)]
    let teacher: Outputs = ["embedding": noise([6, 5], seed: 2)]
    let values = try ["match(embedding, by: distances.dividedByMean, with: huber)", "rkd.distance"]
      .map { try Registry.linked.loss($0).evaluate(student: student, teacher: teacher).value }
    #expect(values[0] == values[1] && values[0] > 0)
  }

  @Test func thereAreFormulas() { #expect(Self.formulas.count > 6) }

  struct Shares: Relation {
    static let summary = "The share of every two examples in the sum of all similarities."

    func callAsFunction(_ x: Tensor) -> Tensor {
      let similarity = x.flattened.gram.exp()
      return similarity / similarity.sum()
    }
  }

  @Test func theSwiftRuns() throws {
    let student: Outputs = Outputs(
      [
        "logits": noise([6, 4], seed: 1), "embedding": noise([6, 3], seed: 2),
        "stage2": noise([6, 2, 3, 3], seed: 3),
      ], labels: [0, 1, 2, 3, 0, 1])
    let teacher: Outputs = [
      "embedding": noise([6, 5], seed: 4), "stage3": noise([6, 4, 2, 2], seed: 5),
    ]
    let loss = LossGraph(
      CrossEntropy()
        + 25.0 * RKD.Distance()
        + 2.0 * match(.embedding, by: .distances, with: Pearson())
        + 3.0
        * match(
          .output("stage2"), to: .output("stage3"), by: .gram.rowNormalized, with: .meanSquare))
    let result = try loss.evaluate(student: student, teacher: teacher)

    #expect(result.terms.map { $0.weight } == [1, 25, 2, 3])
    let own = LossGraph(match(.embedding, by: Shares(), with: .meanSquare))
    #expect(try own.evaluate(student: student, teacher: teacher).value > 0)
  }

  @Test func theSwiftOfThePageIsHere() throws {
    func dense(_ text: some StringProtocol) -> String {
      String(text.filter { !$0.isWhitespace })
    }
    let source = dense(try String(contentsOf: URL(filePath: #filePath), encoding: .utf8))
    let blocks = Self.blocks("swift")
    #expect(blocks.count == 2)
    for block in blocks { #expect(source.contains(dense(block.joined())), "\(block)") }
  }
}
