import Foundation
import Kindred
import Testing

/// The files that each paper has in three places, under one name.
@Suite struct ReferenceTests {
  static let papers = Set(Registry.linked.papers.map { String(describing: $0) })

  @Test func everyPaperHasAPageAndNoPageIsWithoutOne() throws {
    // The folder of the pages also has a page that says what was compared with what.
    let pages = try names(in: "../../docs/papers", extension: "md").subtracting(["README"])
    #expect(pages == Self.papers)
  }

  /// A paper's references may have several files: `IRG.swift`, `IRG+Transform.swift`.
  @Test func everyPaperHasReferencesAndNoReferenceIsWithoutOne() throws {
    let references = try names(in: "References", extension: "swift")
    #expect(Set(references.map { String($0.prefix { $0 != "+" }) }) == Self.papers)
    #expect(references.isSuperset(of: Self.papers))
  }

  /// A file alone is not enough: something in it must be compared with the paper's formula.
  @Test func everyReferenceIsOfItsPaper() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "References")
    for paper in Registry.linked.papers {
      let file = folder.appending(path: "\(paper).swift")
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.contains("\"\(paper.name)"), "\(paper)")
      let compares = ["Reference(", "expectReference(", "expectClose("].contains {
        text.contains($0)
      }
      #expect(compares, "\(paper)")
    }
  }

  /// The names of the files in a folder, whose path starts at this file's folder.
  private func names(in folder: String, extension type: String) throws -> Set<String> {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: folder)
    let files = try FileManager.default.contentsOfDirectory(atPath: url.standardized.path)
    return Set(
      files.filter { $0.hasSuffix(".\(type)") }.map { String($0.dropLast(type.count + 1)) })
  }
}
