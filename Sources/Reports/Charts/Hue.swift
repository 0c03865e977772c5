/// Six colours after Okabe and Ito that colour-blind people can tell apart, darkened or lightened
/// until their contrast is sufficient. From the seventh on, lines are dashed and marks have another
/// shape.
enum Hue {
  static func style(_ index: Int) -> String { "s\(index % 6) d\(index / 6 % 3)" }

  /// The mark of a class. Its colour and shape distinguish it from every other mark of eighteen.
  static func mark(_ index: Int, _ x: Double, _ y: Double, tip: String) -> Markup {
    let (n, style) = (Drawing.number, "mark s\(index % 6)")
    switch index / 6 % 3 {
    case 0:
      return Markup(
        "circle", ["cx": n(x), "cy": n(y), "r": "2.8", "class": style, "data-tip": tip])
    case 1:
      return Markup(
        "path",
        [
          "d": "M\(n(x)) \(n(y - 3.4))l3.2 5.6h-6.4Z", "class": style + " hollow",
          "data-tip": tip,
        ])
    default:
      return Markup(
        "rect",
        [
          "x": n(x - 2.4), "y": n(y - 2.4), "width": "4.8", "height": "4.8",
          "class": style + " hollow", "data-tip": tip,
        ])
    }
  }
}
