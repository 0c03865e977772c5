extension Features {
  /// The two principal components of every network, coloured by class.
  func embedding(id: String) -> Figure? {
    var drawn: [PrincipalComponents] = []
    for (index, network) in networks.enumerated() {
      var components = PrincipalComponents(of: network.vectors)
      if let reference = reference(of: index), drawn.indices.contains(reference) {
        components.mirror(to: drawn[reference])
      }
      drawn.append(components)
    }
    let panels = zip(networks, drawn).filter { $0.0.vectors.count > 2 }.map(panel)
    guard !panels.isEmpty else { return nil }
    return Figure(
      id: id, title: "Embeddings in two dimensions",
      note: "The first two principal components of the \(layer)s of \(examples); each mark "
        + "is one of them\(classes.isEmpty ? "" : ", each name at the middle of its class"). "
        + "Both axes have one scale."
        + (groups.allSatisfy { $0.reference == nil }
          ? "" : " Students are mirrored to agree with the teacher beside them."),
      content: (classes.isEmpty ? [] : [key]) + [Markup("div", ["class": "grid"], panels)],
      isWide: true)
  }

  /// The key, which says which mark belongs to which class.
  private var key: Markup {
    let shown = Set(labels).sorted()
    return Markup(
      "ul", ["class": "marks"],
      shown.map { label in
        Markup(
          "li", [:],
          Markup(
            "svg", ["viewBox": "0 0 10 10", "aria-hidden": "true"],
            Hue.mark(place(of: label), 5, 5, tip: name(label))), .text(" " + name(label)))
      })
  }

  private func name(_ label: Int) -> String {
    classes.indices.contains(label) ? classes[label] : "class \(label)"
  }

  /// The classes that are shown get colours in turn, whichever classes they are.
  private func place(of label: Int) -> Int { Set(labels).sorted().firstIndex(of: label) ?? 0 }

  private func panel(
    _ network: Network, _ components: PrincipalComponents
  ) -> Markup {
    let (width, height) = (Drawing.width, 250.0)
    let (xs, ys) = (components.scores.map { $0.x }, components.scores.map { $0.y })
    let (left, right) = (xs.min() ?? 0, xs.max() ?? 0)
    let (low, high) = (ys.min() ?? 0, ys.max() ?? 0)
    let room = (x: width - 38, y: height - 50)
    let span = max((right - left) / room.x, (high - low) / room.y, .leastNormalMagnitude)
    let place = { (x: Double, y: Double) in
      (
        x: 23 + room.x / 2 + (x - (left + right) / 2) / span,
        y: 20 + room.y / 2 - (y - (low + high) / 2) / span
      )
    }
    let places = zip(xs, ys).map(place)
    let marks = zip(labels, places).enumerated().map { index, entry in
      Hue.mark(
        self.place(of: entry.0), entry.1.x, entry.1.y,
        tip: "\(network.name)\n\(classes.isEmpty ? "" : "\(name(entry.0))\n")"
          + "\(NumberFormat.significant(xs[index], digits: 3)), "
          + NumberFormat.significant(ys[index], digits: 3))
    }
    let share = { (value: Double) in NumberFormat.percent(value, digits: 0) }
    let (first, second) = (share(components.shares.x), share(components.shares.y))
    return Drawing.picture(
      height: height,
      saying: "\(network.name): two principal components, which hold \(first) and \(second) of the "
        + "variance, of \(labels.count) \(noun)"
        + (classes.isEmpty ? "." : " of \(Set(labels).count) classes."),
      [
        Drawing.text(Drawing.short(network.name, 40), 2, 11, "label"),
        Drawing.line(16, height - 24, width - 4, height - 24, "axis"),
        Drawing.line(16, 18, 16, height - 24, "axis"),
        Drawing.text(
          components.shares.x > 0
            ? "component 1 (\(first) of the variance)" : "all images have the same features",
          width / 2, height - 8, "title",
          anchor: "middle"),
        Markup(
          "g", ["transform": "translate(11 \(Drawing.number(height / 2))) rotate(-90)"],
          Drawing.text("component 2 (\(second))", 0, 0, "title", anchor: "middle")),
      ] + marks + (classes.isEmpty ? [] : names(places)))
  }

  /// The name of every class at the middle of its marks.
  private func names(_ places: [(x: Double, y: Double)]) -> [Markup] {
    let shown = Set(labels).sorted()
    let middles = shown.map { label in
      let own = zip(labels, places).filter { $0.0 == label }.map { $0.1 }
      let count = Double(own.count)
      return (
        x: own.reduce(0) { $0 + $1.x } / count, y: own.reduce(0) { $0 + $1.y } / count
      )
    }
    let heights = Drawing.spread(middles.map { $0.y }, gap: 11, within: 22...222)
    return zip(shown, zip(middles, heights)).map { label, place in
      Drawing.text(
        Drawing.short(name(label), 12), max(34, min(Drawing.width - 34, place.0.x)),
        place.1 + 3, "halo s\(self.place(of: label) % 6)", anchor: "middle")
    }
  }
}
