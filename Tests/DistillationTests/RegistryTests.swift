import Foundation
import Kindred
import Testing

@Suite struct RegistryTests {
  /// Adding a paper takes a folder, a name in Package.swift and an import in Kindred.swift. This
  /// test names the one that was forgotten.
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
    // The folder also holds the page that says what was compared with what, and the script that
    // compares.
    let ofPapers = pages.filter { $0.hasSuffix(".md") && $0 != "README.md" }
    #expect(
      ofPapers.sorted() == Registry.linked.papers.map { "\(String(describing: $0)).md" }.sorted())
    for paper in Registry.linked.papers {
      #expect(readme.contains("[`\(paper.name)`](docs/papers/\(String(describing: paper)).md)"))
      #expect(readme.contains(paper.citation.title))
    }
  }

  /// Lists describe each part of a match in one sentence, and no two parts in the same one.
  @Test func everyPartHasASummary() {
    let registry = Registry.linked
    let summaries =
      registry.knowledge.mapValues { $0.summary }.map { $0 }
      + registry.relations.mapValues { $0.summary }.map { $0 }
      + registry.matchers.mapValues { $0.summary }.map { $0 }
    for (name, summary) in summaries {
      #expect(summary.count > 10 && summary.count <= 80, "\(name): \(summary)")
      #expect(summary.firstIndex(of: ".") == summary.indices.last, "\(name): \(summary)")
      #expect(!summary.contains("\n"), "\(name): \(summary)")
    }
    #expect(Set(summaries.map { $0.value }).count == summaries.count)
    for (name, term) in registry.terms { #expect(term.summary == term.equation, "\(name)") }
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
