import Experiments

extension Diagnostics {
  /// The images that are nearest to some queries, for every network.
  func retrievedImages(id: String) -> [Figure] {
    guard let retrieval else { return [] }
    let networks = self.networks.compactMap { network in
      network.retrieved.map { found in
        (name: network.row ?? network.name.map { "teacher \($0)" } ?? "teacher", found: found)
      }
    }
    return retrieval.queries.enumerated().map { index, query in
      let label = retrieval.thumbnails[query].label
      let rows = networks.filter { index < $0.found.count }.map { name, found in
        let found = found[index]
        let right = found.count { retrieval.thumbnails[$0].label == label }
        return Markup(
          "div", ["class": "retrieved"],
          Markup("div", ["class": "panel-title"], .text("\(name): \(right) of \(found.count)")),
          Markup(
            "div",
            [
              "class": "strip", "role": "group",
              "aria-label": "Found by \(name), the nearest first",
            ],
            found.enumerated().map { image($1, of: retrieval, at: $0 + 1, query: label) }))
      }
      let own = retrieval.image(query, saying: "Query, \(name(of: label))")
      return Figure(
        id: "\(id)-retrieval\(index + 1)", title: "Nearest to: \(name(of: label))", note: "",
        content: [Markup("div", ["class": "strip"], own)] + rows)
    }
  }

  private func name(of label: Int) -> String {
    classes.indices.contains(label) ? classes[label] : "class \(label)"
  }

  private func image(
    _ index: Int, of retrieval: Retrieval, at rank: Int, query label: Int
  ) -> Markup {
    let own = retrieval.thumbnails[index].label
    let isRight = own == label
    let description = "\(name(of: own)), \(isRight ? "the query’s class" : "another class")"
    return Markup(
      "span",
      ["class": isRight ? "right" : "wrong", "data-tip": "rank \(rank)\n\(name(of: own))"],
      retrieval.image(index, saying: description),
      Markup("span", ["class": "sign", "aria-hidden": "true"], .text(isRight ? "✓" : "✗")))
  }
}

extension Diagnostics.Retrieval {
  fileprivate func image(_ index: Int, saying description: String) -> Markup {
    let planes = Array(thumbnails[index].pixels)
    let (channels, plane) = (self.channels ?? 1, width * height)
    // A PNG has the channels of a pixel beside each other.
    let pixels = planes.indices.map { planes[$0 % channels * plane + $0 / channels] }
    let png = PNG(width: width, height: height, pixels: pixels, channels: channels)
    return Markup(
      "img",
      [
        "src": png.address, "alt": description, "width": "\(width)", "height": "\(height)",
      ])
  }
}
