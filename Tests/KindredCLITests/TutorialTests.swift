import Foundation
import Testing

@testable import KindredCLI

/// The code in docs/adding-a-paper.md is code that is compiled and run elsewhere, word for word.
@Suite struct TutorialTests {
  private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The blocks of code of one language.
  private static func blocks(_ language: String) throws -> [String] {
    try text("docs/adding-a-paper.md").components(separatedBy: "\n```\(language)\n").dropFirst()
      .map { $0.components(separatedBy: "\n```")[0] }
  }

  private static let sources = [
    "Examples/ExternalPaper/Sources/LogitStandardization/LogitStandardization.swift",
    "Examples/ExternalPaper/Tests/LogitStandardizationTests/LogitStandardizationTests.swift",
    "Examples/ExternalPaper/Sources/LogitStandardization/Registration.swift",
    "Tests/PapersTests/WrongTermTests.swift",
    "Plugins/IRG/IRG.swift", "Plugins/IRG/IRG+Edge.swift",
  ]

  @Test func codeIsCompiled() throws {
    let blocks = try Self.blocks("swift")
    let template = PaperTemplate(name: "Example")
    #expect(blocks.count == 10)
    let sources = try Self.sources.map(Self.text) + [template.source, template.reference]
    for block in blocks {
      #expect(sources.contains { $0.contains(block + "\n") }, "\(block)")
    }
    for source in sources { #expect(blocks.contains { source.contains($0) }) }
  }

  @Test func vectorsAreChecked() throws {
    let blocks = try Self.blocks("json")
    #expect(blocks.count == 2)
    let vectors = try Self.text(
      "Examples/ExternalPaper/Tests/LogitStandardizationTests/Vectors/LogitStandardization.json")
    for block in blocks { #expect(vectors.contains(block + "\n"), "\(block)") }
  }

  /// Continuous integration runs the commands, read from the page itself.
  @Test func commandsAreRun() throws {
    let script = try Self.text(".ci/run")
    let commands = try Self.blocks("sh").flatMap { $0.components(separatedBy: "\n") }
    #expect(commands.count == 6)
    for command in commands {
      #expect(script.contains("tutorial \"\(command)\"\n"), "\(command)")
    }
  }
}
