import Tensors

/// A plain text table: aligned columns under a rule, for a terminal or a text file.
///
///     var table = Table(["loss", .number("accuracy %")])
///     table.append(["ce", "84.60 ± 0.15"])
///     print(table.text())
package struct Table: Sendable {
  /// A column's title, and the side to which its cells and title are aligned.
  package struct Column: Sendable, ExpressibleByStringLiteral {
    package enum Alignment: Sendable { case leading, trailing }

    package var title: String
    package var alignment: Alignment

    package init(_ title: String, alignment: Alignment = .leading) {
      self.title = title
      self.alignment = alignment
    }

    package init(stringLiteral title: String) { self.init(title) }

    /// A column whose cells end at the same place and are never broken over lines.
    package static func number(_ title: String) -> Column { Column(title, alignment: .trailing) }
  }

  package let columns: [Column]
  package private(set) var rows: [[String]] = []

  package init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row below the others.
  ///
  /// - Precondition: There is one cell for each column.
  package mutating func append(_ cells: [String]) {
    require(
      cells.count == columns.count, "[table] \(cells.count) cells for \(columns.count) columns")
    rows.append(cells)
  }
}

extension Table {
  /// The table as lines, each ending in a newline. If it would be wider than `width` terminal
  /// columns, the cells of its widest leading columns are broken at spaces, down to twelve
  /// characters a column.
  package func text(width: Int = 80) -> String {
    let cells = [columns.map(\.title)] + rows
    let visible = cells.map { $0.map(withoutControls) }
    let fitted = fittedWidths(visible, width: width)
    let broken = visible.map { zip($0, fitted).map { $0.wrapped(toDisplayWidth: $1) } }
    let widths = columns.indices.map { column in
      broken.flatMap { $0[column] }.reduce(0) { max($0, $1.displayWidth) }
    }

    var lines = broken.map { self.lines(of: $0, widths) }
    lines.insert(
      [widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")], at: 1)
    return lines.joined().map { $0 + "\n" }.joined()
  }

  private func fittedWidths(_ cells: [[String]], width: Int) -> [Int] {
    var widths = columns.indices.map { column in
      cells.reduce(0) { max($0, $1[column].displayWidth) }
    }
    let narrowest = 12
    while widths.reduce(0, +) + 2 * (widths.count - 1) > width {
      let breakable = columns.indices.filter {
        columns[$0].alignment == .leading && widths[$0] > narrowest
      }
      guard let widest = breakable.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
    }
    return widths
  }

  private func lines(of row: [[String]], _ widths: [Int]) -> [String] {
    (0..<(row.map(\.count).max() ?? 0)).map { line in
      let parts = columns.indices.map { column in
        let cell = line < row[column].count ? row[column][line] : ""
        return padded(cell, widths[column], columns[column].alignment)
      }
      let text = parts.joined(separator: "  ")
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
  }

  private func padded(_ cell: String, _ width: Int, _ alignment: Column.Alignment) -> String {
    let padding = String(repeating: " ", count: max(0, width - cell.displayWidth))
    return alignment == .leading ? cell + padding : padding + cell
  }

  /// A name from a recipe may contain a line break or an escape sequence, which would break the
  /// table.
  private func withoutControls(_ cell: String) -> String {
    String(cell.map { $0.isControl ? " " : $0 })
  }
}
