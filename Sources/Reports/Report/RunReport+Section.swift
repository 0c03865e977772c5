extension RunReport {
  /// Everything of the run below its title.
  func section(id: String) -> Markup {
    var parts = [verdictSection, heading("Results"), tables]
    parts.append(grid(metrics.enumerated().compactMap { index, metric in
      differences(in: metric, id: "\(id)-differences\(index + 1)")
    }))
    parts.append(training(id: id))
    if let features, features.labels.count > 2, !features.networks.isEmpty {
      parts.append(relations(features, id: id))
    }
    if let retrieval, !retrieval.queries.isEmpty {
      parts += [heading("Retrieved images"), grid(retrieval.figures(id: id))]
    }
    parts += [heading("Losses"), Markup("div", ["class": "grid"], rows.map { $0.loss })]
    parts += [heading("How it was run"), provenance]
    return .group(parts)
  }

  private func heading(_ title: String) -> Markup { Markup("h3", [:], .text(title)) }

  private func grid(_ figures: [Figure]) -> Markup {
    figures.isEmpty ? .nothing : Markup("div", ["class": "grid"], figures.map(\.markup))
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
        .text("The teacher, and of each row the student of seed \(seeds.first ?? 0).")),
      grid(matrices), grid(features.distributions(geometries, id: id)),
      grid([features.embedding(id: "\(id)-embedding")].compactMap { $0 }))
  }
}
