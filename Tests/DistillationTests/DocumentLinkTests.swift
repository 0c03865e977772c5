import Foundation
import Testing

/// Links between documents lead to a file, and to a heading of it.
@Suite struct DocumentLinkTests {
  private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

  private static var pages: [URL] {
    let docs = FileManager.default.enumerator(atPath: root.appending(path: "docs").path)
    let names = (docs?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".md") }
    return (["README.md", "CONTRIBUTING.md", "Plugins/README.md"] + names.map { "docs/\($0)" })
      .map { root.appending(path: $0) }
  }

  /// A page without its blocks of code.
  private static func text(_ page: URL) throws -> String {
    try String(contentsOf: page, encoding: .utf8).components(separatedBy: "\n```").enumerated()
      .filter { $0.offset % 2 == 0 }.map { $0.element }.joined(separator: "\n")
  }

  /// The anchors that GitHub gives the headings of a page.
  private static func anchors(of page: URL) throws -> [String] {
    try text(page).split(separator: "\n").filter { $0.hasPrefix("#") }.map { heading in
      heading.drop { $0 == "#" }.dropFirst().lowercased()
        .filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }
        .replacing(" ", with: "-")
    }
  }

  @Test func everyLinkLeadsSomewhere() throws {
    var count = 0
    for page in Self.pages {
      for match in try Self.text(page).matches(of: /\]\(([^)\s]+)\)/) {
        let link = match.output.1
        guard !link.contains("://") else { continue }
        count += 1
        let parts = link.split(separator: "#", omittingEmptySubsequences: false)
        let target =
          parts[0].isEmpty
          ? page : page.deletingLastPathComponent().appending(path: parts[0]).standardized
        let name = page.path.dropFirst(Self.root.path.count + 1)
        #expect(FileManager.default.fileExists(atPath: target.path), "\(name): \(link)")
        if parts.count == 2 {
          #expect(try Self.anchors(of: target).contains(String(parts[1])), "\(name): \(link)")
        }
      }
    }
    #expect(count > 200)
  }

  /// The index has every page of the folder.
  @Test func everyPageIsInTheIndex() throws {
    let index = try Self.text(Self.root.appending(path: "docs/README.md"))
    for page in Self.pages.map({ $0.path }) {
      let name = page.dropFirst(Self.root.path.count + 1)
      guard name.hasPrefix("docs/"), name.split(separator: "/").count == 2 else { continue }
      let file = name.dropFirst("docs/".count)
      #expect(file == "README.md" || index.contains("](\(file))"), "\(file)")
    }
  }
}
