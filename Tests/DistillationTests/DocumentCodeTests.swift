import Foundation
import Kindred
import TestSupport
import Testing

/// The Swift in documents, where the compiler sees it.
@Suite struct DocumentCodeTests {
  private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  private static func blocks(_ language: String, of page: String) throws -> [String] {
    try text(page).components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
  }

  /// docs/own-loop.md, whose code is the program that continuous integration runs.
  @Test func theTutorialIsTheProgram() throws {
    let program = try Self.text("Examples/OwnLoop/Sources/OwnLoop/main.swift")
    let manifest = try Self.text("Examples/OwnLoop/Package.swift")
    let blocks = try Self.blocks("swift", of: "docs/own-loop.md")
    #expect(blocks.count == 8)
    #expect(blocks.allSatisfy { $0.count > 30 })
    for block in blocks where !block.contains(".package(") {
      #expect(program.contains(block) || manifest.contains(block), "\(block)")
    }
  }

  /// docs/arrays.md
  @Test func arraysOfOthers() throws {
    let logits = noise([64, 10], seed: 1).scalars
    let teacherLogits = noise([64, 10], seed: 2).scalars
    let (labels, step, steps) = ((0..<64).map { $0 % 10 }, 3, 10)

    let student: Outputs = ["logits": Tensor(logits, shape: [64, 10])]
    let teacher = Outputs(["logits": Tensor(teacherLogits, shape: [64, 10])], labels: labels)

    let loss = try LossGraph {
      CrossEntropy()
      0.9 * KD(temperature: 4)
    }
    let result = try loss.evaluate(student: student, teacher: teacher, at: Moment(step, of: steps))
    let gradient: [Float] = try result.gradients["logits"].scalars

    #expect(gradient.count == 640 && gradient.contains { $0 != 0 })
    #expect(loss.outputs(of: .student) == ["logits"])
    let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
    let blocks = try Self.blocks("swift", of: "docs/arrays.md").filter { !$0.contains("ML") }
    #expect(blocks.count == 2)
    for line in blocks.joined(separator: "\n").split(separator: "\n") {
      #expect(source.contains(line), "\(line)")
    }
  }
}
