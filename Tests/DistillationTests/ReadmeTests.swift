import Foundation
import Kindred
import TestSupport
import Testing

@Suite struct ReadmeTests {
  /// The README's example, word for word, where the compiler sees it.
  @Test func theExampleRuns() throws {
    let (studentLogits, studentFeatures) = (noise([8, 10], seed: 1), noise([8, 3], seed: 2))
    let (teacherLogits, teacherFeatures) = (noise([8, 10], seed: 3), noise([8, 5], seed: 4))

    // One network's outputs on a batch, by name: 128 images, 10 classes.
    let student: Outputs = ["logits": studentLogits, "embedding": studentFeatures]
    let teacher: Outputs = ["logits": teacherLogits, "embedding": teacherFeatures]

    // A loss is a weighted sum of terms, written as papers write it…
    let loss = try Registry.linked.loss("0.9*kd(temperature: 4) + 25*rkd.distance + 50*rkd.angle")
    let result = try loss.evaluate(student: student, teacher: teacher)
    print(result.value, result.terms, try result.gradients["embedding"])

    // …or composed from what papers are made of: knowledge, a relation, a matcher.
    let mixed = try LossGraph(
      0.5 * KD() + 3.0 * match(.embedding, by: .gram.rowNormalized, with: .meanSquare))

    #expect(result.terms.map { $0.weight } == [0.9, 25, 50])
    #expect(try mixed.evaluate(student: student, teacher: teacher).value > 0)
  }

  @Test func everyLineOfTheExampleIsHere() throws {
    let here = URL(filePath: #filePath)
    let readme = try String(
      contentsOf: here.appending(path: "../../../README.md").standardized, encoding: .utf8)
    let source = try String(contentsOf: here, encoding: .utf8)
    let block = try #require(
      readme.split(separator: "```swift\n").last?.split(separator: "```").first)
    let lines = block.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(lines.count > 10)
    for line in lines where line != "import Kindred" {
      #expect(source.contains(line), "\(line)")
    }
  }
}
