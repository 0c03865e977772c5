/// One drawing or several, with a title above them. If necessary, a note says what they show.
struct Figure {
  var id: String
  var title: String
  var note: String
  var content: [Markup]
  var isWide = false

  var markup: Markup {
    Markup(
      "figure", ["id": id, "class": isWide ? "wide" : ""],
      [Markup("h4", [:], .text(title))] + content
        + (note.isEmpty ? [] : [Markup("figcaption", [:], .text(note))]))
  }
}

extension Markup {
  /// Content below a line that opens and closes it.
  static func details(_ summary: String, open: Bool = false, _ content: [Markup]) -> Markup {
    let inside = [Markup("summary", [:], .text(summary))] + content
    return open ? Markup("details", ["open": ""], inside) : Markup("details", [:], inside)
  }
}
