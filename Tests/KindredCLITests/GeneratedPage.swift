import Foundation
import Testing

/// A page of docs/ with tables that tests write: each between a comment that names it and the next
/// `<!-- end -->`.
struct GeneratedPage {
  let name: String
  private let file: URL

  init(_ name: String) {
    self.name = name
    file = URL(filePath: #filePath).appending(path: "../../../docs/\(name)").standardized
  }

  /// Expects the page to have these tables. With `KINDRED_WRITE` in the environment, it gets them.
  func hold(_ tables: [(comment: String, table: String)]) throws {
    let page = try String(contentsOf: file, encoding: .utf8)
    let written = try tables.reduce(page) {
      try replacing($1.comment, with: $1.table, in: $0)
    }
    if ProcessInfo.processInfo.environment["KINDRED_WRITE"] != nil {
      try written.write(to: file, atomically: true, encoding: .utf8)
    } else {
      #expect(page == written, "write it again: KINDRED_WRITE=1 swift test --filter PageTests")
    }
  }

  private func replacing(
    _ comment: String, with table: String, in page: String
  ) throws -> String {
    let parts = page.components(separatedBy: "<!-- \(comment)")
    try #require(parts.count == 2, "<!-- \(comment)")
    let start = try #require(parts[1].firstRange(of: "-->\n"))
    let end = try #require(parts[1].firstRange(of: "<!-- end -->"))
    return parts[0] + "<!-- \(comment)" + parts[1][..<start.upperBound] + table
      + parts[1][end.lowerBound...]
  }

  static func code(_ text: String) -> String { "`\(text)`" }

  static func row(_ cells: [String]) -> String {
    "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
  }
}
