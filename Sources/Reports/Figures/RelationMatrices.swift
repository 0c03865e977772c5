extension Features {
  /// Each student's cosines beside its teacher's, and the difference of the two.
  func matrices(_ geometries: [Geometry], id: String) -> [Figure] {
    let references = groups.compactMap { $0.reference }
    // The bounds include almost all of the teachers' cosines. Lower ones have the lowest colour, as
    // the key says.
    let cosines = (references.isEmpty ? Array(geometries.indices) : references)
      .flatMap { geometries[$0].cosines }.sorted()
    let low = cosines.isEmpty ? 0 : cosines[cosines.count / 50]
    let bounds = min((low * 10).rounded(.down) / 10, 0.9)...1
    return networks.indices.filter { networks[$0].row != nil }.enumerated().map { number, index in
      figure(of: index, geometries, bounds: bounds, id: "\(id)-relations\(number + 1)")
    }
  }

  private func figure(
    of index: Int, _ geometries: [Geometry], bounds: ClosedRange<Double>, id: String
  ) -> Figure {
    let (network, geometry) = (networks[index], geometries[index])
    func panel(_ title: String, _ cosines: [Double]) -> Markup {
      MatrixPanel(
        title: title, values: cosines, labels: labels, bounds: bounds, colors: .rising,
        isOpen: true,
        description: summary(cosines)
      ).markup
    }
    let images =
      examples + (classes.isEmpty ? "." : ", sorted by class; ticks separate the classes.")
    let cosineKey = MatrixPanel.key(.rising, bounds, "cosine", isOpen: true)
    guard let reference = reference(of: index) else {
      return Figure(
        id: id, title: "Relations: \(network.name)",
        note: "Cosine of the \(layer)s of every two of \(images)",
        content: [
          Markup("div", ["class": "panels"], panel(network.name, geometry.cosines)),
          Markup("div", ["class": "keys"], cosineKey),
        ])
    }
    let (teacher, teacherName) = (geometries[reference], networks[reference].name)
    let differences = zip(geometry.cosines, teacher.cosines).map { $0 - $1 }
    let largest = differences.map { abs($0) }.max() ?? 0
    let most = max(0.1, (largest * 10).rounded(.up) / 10)
    let mean =
      differences.reduce(0) { $0 + abs($1) }
      / Double(max(labels.count * (labels.count - 1), 1))
    let difference = MatrixPanel(
      title: "difference", values: differences, labels: labels, bounds: -most...most,
      colors: .diverging,
      description: "student minus teacher, mean absolute difference of two \(noun) "
        + NumberFormat.fixed(mean, digits: 3))
    return Figure(
      id: id, title: "Relations: \(teacherName) and \(network.name)",
      note: "Cosine of the \(layer)s of every two of \(images) Mean absolute difference of two "
        + "\(noun): \(NumberFormat.fixed(mean, digits: 3))."
        + (untaught.contains(index) ? " This teacher did not teach \(quoted(index))." : ""),
      content: [
        Markup(
          "div", ["class": "panels"], panel(teacherName, teacher.cosines),
          panel(network.name, geometry.cosines), difference.markup),
        Markup(
          "div", ["class": "keys"], cosineKey,
          MatrixPanel.key(.diverging, -most...most, "student − teacher")),
      ])
  }

  /// The mean cosine within classes, and that between classes; of images without labels, that of all.
  private func summary(_ cosines: [Double]) -> String {
    var (sums, counts) = ([0.0, 0.0], [0, 0])
    for i in labels.indices {
      for j in labels.indices where i != j {
        let kind = labels[i] == labels[j] ? 0 : 1
        sums[kind] += cosines[i * labels.count + j]
        counts[kind] += 1
      }
    }
    let means = zip(sums, counts).map { sum, count in
      count == 0 ? "none" : NumberFormat.fixed(sum / Double(count), digits: 3)
    }
    guard !classes.isEmpty else { return "mean cosine \(means[0])" }
    return "mean cosine \(means[0]) within classes and \(means[1]) between them"
  }
}
