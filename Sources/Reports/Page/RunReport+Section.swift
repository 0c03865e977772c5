import Experiments

extension RunReport {
  /// Everything about the run, below its title.
  func section(id: String) -> Markup {
    var parts = [
      results.verdictSection, heading("Results"), measured(id: id), training(id: id),
    ]
    parts += (results.fileSentences + results.accuracySentences).map {
      Markup("p", ["class": "note"], .text($0))
    }
    if let diagnostics {
      let features = Features(diagnostics, of: results)
      if features.labels.count > 2, !features.networks.isEmpty {
        parts.append(relations(features, id: id))
      }
      let figures = diagnostics.retrievedImages(id: id)
      if !figures.isEmpty {
        parts += [heading("Retrieved images"), retrieved(figures, seed: features.seed)]
      }
    }
    parts += [
      heading("Losses"),
      Markup("div", ["class": "grid"], results.rows.map { $0.loss(in: registry) }),
    ]
    parts += [heading("How it was run"), provenance]
    return .group(parts)
  }

  private func heading(_ title: String) -> Markup { Markup("h3", [:], .text(title)) }

  private func grid(_ figures: [Figure]) -> Markup {
    figures.isEmpty ? .nothing : Markup("div", ["class": "grid"], figures.map(\.markup))
  }

  /// The first metric is shown at once, and the others when they are opened.
  private func measured(id: String) -> Markup {
    let metrics = results.metrics
    let parts = metrics.enumerated().map { index, metric in
      Markup.group([
        results.rowsTable(of: metric),
        grid(
          [results.differences(in: metric, id: "\(id)-differences\(index + 1)")]
            .compactMap { $0 }),
      ])
    }
    guard parts.count > 1 else { return .group(parts) }
    let others = metrics.dropFirst().joined(separator: ", ")
    return .group([parts[0], .details("Also measured: \(others)", Array(parts.dropFirst()))])
  }

  private func retrieved(_ figures: [Figure], seed: UInt64) -> Markup {
    let classes =
      diagnostics?.classes.count == figures.count ? "class" : "of \(figures.count) classes"
    return .group([
      Markup(
        "p", ["class": "note"],
        .text(
          "The first test image of each \(classes), and the nearest of all others for each network; a "
            + "row is shown by its student of seed\u{A0}\(seed). A bar and ✓ below an image: the "
            + "query’s class. ✗: another class.")),
      grid(figures),
    ])
  }

  private func training(id: String) -> Markup {
    let curves = results.curves(id: id)
    guard !curves.isEmpty else { return .nothing }
    let terms = results.rows.enumerated().map { index, row in
      results.terms(of: row, id: "\(id)-row\(index + 1)")
    }.filter { !$0.isEmpty }
    return .group([
      heading("Training"), grid(curves),
      terms.isEmpty
        ? .nothing
        : .details(
          "Each row’s terms and their shares", open: terms.count <= 4, terms.map { grid($0) }),
    ])
  }

  private func relations(_ features: Features, id: String) -> Markup {
    let rows = results.rows.map { $0.name }
    let geometries = features.networks.map { Geometry(of: $0.vectors) }
    let labels = features.labels.map { "\($0)" }.joined(separator: " ")
    let matrices = features.matrices(geometries, id: id)
    return Markup(
      "div",
      ["data-labels": labels, "data-classes": features.classes.joined(separator: "\n")],
      heading("Relations"),
      Markup(
        "p", ["class": "note"],
        .text(features.introduction(of: rows))),
      grid(matrices), grid(features.distributions(geometries, of: rows, id: id)),
      grid([features.embedding(id: "\(id)-embedding")].compactMap { $0 }))
  }
}
