import Experiments

/// One HTML file about one run or several, which needs no other file.
package struct ReportPage: Sendable {
  package var runs: [RunReport]

  package init(_ runs: [RunReport]) { self.runs = runs }

  package var html: String {
    let title =
      runs.count == 1 ? runs.first?.title ?? "" : "\(runs.count) runs"
    let page = Markup(
      "html", ["lang": "en"],
      Markup(
        "head", [:], Markup("meta", ["charset": "utf-8"]),
        Markup(
          "meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        Markup("meta", ["name": "color-scheme", "content": "light dark"]),
        // Nothing is fetched, whatever the text of a recipe contains.
        Markup(
          "meta",
          [
            "http-equiv": "Content-Security-Policy",
            "content":
              "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
              + "script-src 'unsafe-inline'",
          ]),
        Markup("title", [:], .text("\(title) – Kindred")),
        Markup("style", [:], .file(.style))),
      Markup(
        "body", [:], Markup("main", [:], body(title)),
        Markup("div", ["id": "tip", "role": "status", "hidden": ""]),
        Markup("script", [:], .file(.script))))
    return "<!DOCTYPE html>\n" + page.html + "\n"
  }

  private func body(_ title: String) -> Markup {
    let sections = runs.enumerated().map { index, run in
      let id = "run\(index + 1)"
      return Markup(
        "section", ["id": id],
        runs.count == 1 ? .nothing : Markup("h2", [:], .text(run.title)), run.section(id: id))
    }
    return .group(
      [Markup("h1", [:], .text(title)), runs.count == 1 ? .nothing : overview] + sections)
  }

  /// The verdicts, followed by a table for every metric that more than one run has measured.
  private var overview: Markup {
    let items = runs.enumerated().map { index, run in
      let verdict = Verdict(run.results)
      return Markup(
        "li", [:], Markup("a", ["href": "#run\(index + 1)"], .text(run.title)),
        .text(
          ": \(verdict.sign) \(verdict.words.lowercased())\(verdict.tally). "
            + (run.results.recipe.claim ?? "")
            + (run.results.divergenceSentences.first.map { " \($0)" } ?? "")))
    }
    return .group([Markup("ul", ["class": "runs"], items), .group(metricNames.map(table))])
  }

  private var metricNames: [String] {
    var names: [String] = []
    let measured = runs.map { $0.results.metrics }
    for name in measured.joined() where !names.contains(name) { names.append(name) }
    return names.filter { name in measured.count { $0.contains(name) } > 1 }
  }

  private func table(of metric: String) -> Markup {
    let entries = runs.flatMap { run in
      run.results.measurements(of: metric).map { (run: run.title, measurement: $0) }
    }
    let names = entries.map(\.measurement.row.name)
    let order = entries.indices.sorted {
      (names.firstIndex(of: names[$0]) ?? 0, $0) < (names.firstIndex(of: names[$1]) ?? 0, $1)
    }
    let head = ["loss", "run", "mean %", "to its first"].enumerated().map { index, title in
      Markup(
        "th", ["scope": "col", "class": index < 2 ? "text" : "number"],
        Markup("button", ["type": "button", "class": "sort"], .text(title)))
    }
    let body = order.map { index in
      let (run, entry) = entries[index]
      let row = entry.row.name
      let fewer =
        entry.metric?.seeds.map { ", \($0.count)\u{A0}seed\($0.count == 1 ? "" : "s")" } ?? ""
      return Markup(
        "tr", [:], Markup("th", ["scope": "row", "data-value": row], .text(row)),
        Markup("td", ["class": "text", "data-value": run], .text(run)),
        Markup(
          "td", ["class": "number", "data-value": entry.metric.map { "\($0.mean)" } ?? ""],
          .text(entry.percent + fewer)),
        Markup(
          "td",
          ["class": "number", "data-value": entry.difference.map { "\($0.mean)" } ?? ""],
          .text(entry.difference.map { NumberFormat.points($0.mean) } ?? "–"),
          entry.interval.map { Markup("small", [:], .text(NumberFormat.points($0))) } ?? .nothing))
    }
    return Markup(
      "table", ["class": "rows"],
      Markup(
        "caption", [:],
        .text(
          "\(metric) of all runs, equal rows together; paired differences to the first row of "
            + "the same run in percentage points, with their 95\u{A0}% intervals. The buttons sort."
        )),
      Markup("thead", [:], Markup("tr", [:], head)), Markup("tbody", [:], body))
  }
}
