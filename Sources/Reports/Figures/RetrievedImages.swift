extension RunReport.Retrieval {
  /// The nearest images of some queries, by every network.
  func figures(id: String) -> [Figure] {
    queries.enumerated().map { index, query in
      let label = images[query].label
      let rows = networks.filter { index < $0.found.count }.map { network in
        let found = network.found[index]
        let right = found.count { images[$0].label == label }
        return Markup(
          "div", ["class": "retrieved"],
          Markup(
            "div", ["class": "panel-title"],
            .text("\(network.name): \(right) of \(found.count)")),
          Markup(
            "div",
            [
              "class": "strip", "role": "group",
              "aria-label": "Found by \(network.name), the nearest first",
            ],
            found.enumerated().map { image($1, at: $0 + 1, query: label) }))
      }
      return Figure(
        id: "\(id)-retrieval\(index + 1)", title: "Nearest to: \(name(label))",
        note: "",
        content: [Markup("div", ["class": "strip"], thumbnail(query, "Query, \(name(label))"))]
          + rows)
    }
  }

  private func name(_ label: Int) -> String {
    classes.indices.contains(label) ? classes[label] : "class \(label)"
  }

  private func image(_ index: Int, at rank: Int, query label: Int) -> Markup {
    let own = images[index].label
    let isRight = own == label
    return Markup(
      "span", ["class": isRight ? "right" : "wrong", "data-tip": "rank \(rank)\n\(name(own))"],
      thumbnail(index, "\(name(own)), \(isRight ? "the query’s class" : "another class")"),
      Markup("span", ["class": "sign", "aria-hidden": "true"], .text(isRight ? "✓" : "✗")))
  }

  private func thumbnail(_ index: Int, _ description: String) -> Markup {
    let png = PNG(width: width, height: height, pixels: images[index].pixels)
    return Markup(
      "img",
      [
        "src": png.address, "alt": description, "width": "\(width)", "height": "\(height)",
      ])
  }
}
