import Foundation
import Testing

/// The Swift of the DocC catalogue, where the compiler sees it.
@Suite struct CatalogueTests {
  private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  private static func dense(_ text: some StringProtocol) -> String {
    String(text.filter { !$0.isWhitespace })
  }

  @Test func everyBlockIsInAProgramOrATest() throws {
    let compiled = try [
      "Examples/OwnLoop/Sources/OwnLoop/main.swift",
      "Examples/ExternalPaper/Sources/LogitStandardization/LogitStandardization.swift",
      "Tests/DistillationTests/DocumentCodeTests.swift",
      "Tests/DistillationTests/MixingTests.swift",
      "Tests/TensorsTests/OwnDerivativeTests.swift",
    ].map { Self.dense(try Self.text($0)) }
    let catalogue = Self.root.appending(path: "docs/docc/Kindred.docc")
    let pages = try FileManager.default.contentsOfDirectory(atPath: catalogue.path)
      .filter { $0.hasSuffix(".md") }
    #expect(pages.contains("FirstLoss.md"))
    for page in pages {
      let blocks = try Self.text("docs/docc/Kindred.docc/\(page)")
        .components(separatedBy: "```swift\n").dropFirst()
        .compactMap { $0.components(separatedBy: "\n```").first }
      #expect(!blocks.isEmpty, "\(page)")
      for block in blocks {
        #expect(compiled.contains { $0.contains(Self.dense(block)) }, "\(page): \(block)")
      }
    }
  }
}
