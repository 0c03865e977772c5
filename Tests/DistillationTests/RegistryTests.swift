import Foundation
import Kindred
import Testing

@Suite struct RegistryTests {
  /// Adding a paper is a folder, a name in Package.swift and an import in Kindred.swift. This
  /// names the one that was forgotten.
  @Test func everyFolderInPluginsIsLinked() throws {
    let plugins = URL(filePath: #filePath).appending(path: "../../../Plugins").standardized
    let folders = try FileManager.default.contentsOfDirectory(atPath: plugins.path)
      .filter { !$0.contains(".") }
    #expect(!folders.isEmpty)
    #expect(folders.sorted() == Registry.linked.papers.map { String(describing: $0) }.sorted())
  }

  /// A paper's folder, its page and its row in the README share a name.
  @Test func everyPaperHasAPageAndARow() throws {
    let root = URL(filePath: #filePath).appending(path: "../../..").standardized
    let pages = try FileManager.default.contentsOfDirectory(
      atPath: root.appending(path: "docs/papers").path)
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    #expect(
      pages.sorted() == Registry.linked.papers.map { "\(String(describing: $0)).md" }.sorted())
    for paper in Registry.linked.papers {
      #expect(readme.contains("[`\(paper.name)`](docs/papers/\(String(describing: paper)).md)"))
      #expect(readme.contains(paper.citation.title))
    }
  }

  @Test func theExplicitFormHasExactlyThePapersNamed() throws {
    let registry = Registry(papers: [RKD.self])
    #expect(registry.papers.map { $0.name } == ["rkd"])
    #expect(registry.terms.keys.sorted() == ["ce", "logits", "rkd", "rkd.angle", "rkd.distance"])
    #expect(throws: DistillationError.self) { try registry.loss("kd") }
    #expect(try registry.adding([KD.self]).loss("kd").formula == "kd")
  }

  @Test func namesFollowTheTypes() {
    #expect(KD.name == "kd")
    #expect(Registry.linked.matchers.keys.contains("klDivergence"))
    #expect(Registry.linked.relations.keys.contains("squaredDistances"))
  }
}
