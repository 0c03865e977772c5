extension RunReport {
  /// Everything of the run below its title.
  func section(id: String) -> Markup {
    var parts = [verdictSection, heading("Results"), results(id: id), training(id: id)]
    if let features, features.labels.count > 2, !features.networks.isEmpty {
      parts.append(relations(features, id: id))
    }
    if let retrieval, !retrieval.queries.isEmpty {
      parts += [heading("Retrieved images"), retrieved(retrieval, id: id)]
    }
    parts += [heading("Losses"), Markup("div", ["class": "grid"], rows.map { $0.loss })]
    parts += [heading("How it was run"), provenance]
    return .group(parts)
  }

  private func heading(_ title: String) -> Markup { Markup("h3", [:], .text(title)) }

  private func grid(_ figures: [Figure]) -> Markup {
    figures.isEmpty ? .nothing : Markup("div", ["class": "grid"], figures.map(\.markup))
  }

  /// The first metric at once, the others when they are asked for.
  private func results(id: String) -> Markup {
    let parts = metrics.enumerated().map { index, metric in
      Markup.group([
        table(of: metric),
        grid([differences(in: metric, id: "\(id)-differences\(index + 1)")].compactMap { $0 }),
      ])
    }
    guard parts.count > 1 else { return .group(parts) }
    let others = metrics.dropFirst().map(\.name).joined(separator: ", ")
    return .group([parts[0], .details("Also measured: \(others)", Array(parts.dropFirst()))])
  }

  private func retrieved(_ retrieval: Retrieval, id: String) -> Markup {
    .group([
      Markup(
        "p", ["class": "note"],
        .text(
          "The first test image of each class, and its nearest of all others by every network; of "
            + "the rows the student of seed\u{A0}\(features?.seed ?? seeds.first ?? 0). A bar and "
            + "✓ below an image: of the query’s class. ✗: of another.")),
      grid(retrieval.figures(id: id)),
    ])
  }

  private func training(id: String) -> Markup {
    let curves = curves(id: id)
    guard !curves.isEmpty else { return .nothing }
    let terms = rows.enumerated().map { index, row in
      self.terms(of: row, at: index, id: "\(id)-row\(index + 1)")
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
    let geometries = features.networks.map { Geometry(of: $0.vectors) }
    let labels = features.labels.map { "\($0)" }.joined(separator: " ")
    let matrices = features.matrices(geometries, id: id)
    return Markup(
      "div",
      ["data-labels": labels, "data-classes": features.classes.joined(separator: "\n")],
      heading("Relations"),
      Markup(
        "p", ["class": "note"],
        .text(features.introduction(of: rows.map(\.name)))),
      grid(matrices), grid(features.distributions(geometries, of: rows.map(\.name), id: id)),
      grid([features.embedding(id: "\(id)-embedding")].compactMap { $0 }))
  }
}
