extension LayerSimilarities {
  /// The similarities as a picture, a file of its own: a row for each layer of the student.
  package var svg: String {
    let cell = 44.0
    let left = 20 + student.reduce(30) { max($0, Drawing.width(of: $1)) }
    let top = 34 + teacher.reduce(30) { max($0, Drawing.width(of: $1)) } * 0.75
    let (width, height) = (
      left + cell * Double(teacher.count) + top, top + cell * Double(student.count) + 10
    )
    let columns = teacher.enumerated().map { column, name in
      let (x, y) = (left + cell * (Double(column) + 0.5), top - 8)
      return Markup(
        "text",
        [
          "x": Drawing.number(x), "y": Drawing.number(y),
          "transform": "rotate(-45 \(Drawing.number(x)) \(Drawing.number(y)))",
        ], .text(name))
    }
    let rows = student.enumerated().flatMap { row, name in
      let middle = top + cell * (Double(row) + 0.5) + 4
      return [Drawing.text(name, left - 8, middle, anchor: "end")]
        + values[row].enumerated().map { column, value in
          self.cell(value, left + cell * Double(column), top + cell * Double(row), cell)
        }
    }
    let title = "How alike layers are, by \(measure.rawValue), on \(examples) examples"
    let picture = Markup(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": "0 0 \(Drawing.number(width)) \(Drawing.number(height))",
        "width": Drawing.number(width), "height": Drawing.number(height), "role": "img",
        "font-family": "sans-serif", "font-size": "12",
      ],
      [
        Markup("title", [:], .text(title)),
        Markup("rect", ["width": "100%", "height": "100%", "fill": "white"]),
        Drawing.text("student", left - 8, top - 8, anchor: "end"),
        Drawing.text("teacher →", left, 16),
      ] + columns + rows)
    return picture.html + "\n"
  }

  private func cell(_ value: Double?, _ x: Double, _ y: Double, _ side: Double) -> Markup {
    let step = Int(ColorMap.step(value ?? 0, in: 0...1))
    let color = ColorMap.rising.palette[step]
    let fill = value == nil ? "#ddd" : "rgb(\(color[0]), \(color[1]), \(color[2]))"
    let number = value.map { NumberFormat.fixed($0, digits: 2) } ?? "–"
    return .group([
      Markup(
        "rect",
        [
          "x": Drawing.number(x), "y": Drawing.number(y), "width": Drawing.number(side - 1),
          "height": Drawing.number(side - 1), "fill": fill,
        ]),
      Markup(
        "text",
        [
          "x": Drawing.number(x + side / 2), "y": Drawing.number(y + side / 2 + 4),
          "text-anchor": "middle", "fill": step < 150 && value != nil ? "white" : "black",
        ], .text(number)),
    ])
  }
}
