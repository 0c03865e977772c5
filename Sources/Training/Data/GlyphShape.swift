import Foundation

/// A point of the plane for drawing glyphs, with x to the right, y downwards.
struct GlyphPoint {
  var x, y: Float

  init(_ x: Float, _ y: Float) { (self.x, self.y) = (x, y) }

  /// The point of the unit circle at an angle, in turns, clockwise from the top.
  init(turns: Double, radius: Float = 1) {
    // The sine is computed in Double and then rounded, so that platforms whose sine differs in its
    // last digit agree.
    self.init(
      radius * Float(sin(2 * .pi * turns)), -radius * Float(cos(2 * .pi * turns)))
  }
}

/// The shape that all glyphs of a class share: straight strokes about the origin, at most 1 away.
struct GlyphShape: Sendable {
  /// The start and the end of every stroke.
  var strokes: [(from: GlyphPoint, to: GlyphPoint)] = []

  /// Strokes from each point to the next.
  mutating func addLine(through points: [GlyphPoint]) {
    for (from, to) in zip(points, points.dropFirst()) { strokes.append((from, to)) }
  }

  /// A stem with arms to the right at these heights, from −1 (the top) to 1.
  static func letter(arms: [Float]) -> GlyphShape {
    var shape = GlyphShape()
    shape.addLine(through: [GlyphPoint(-0.5, -0.9), GlyphPoint(-0.5, 0.9)])
    for y in arms {
      shape.addLine(through: [GlyphPoint(-0.5, 0.9 * y), GlyphPoint(0.5, 0.9 * y)])
    }
    return shape
  }

  /// A regular polygon.
  static func polygon(corners: Int) -> GlyphShape {
    var shape = GlyphShape()
    shape.addLine(
      through: (0...corners).map {
        GlyphPoint(turns: Double($0 % corners) / Double(corners), radius: 0.9)
      })
    return shape
  }

  /// A circle that is interrupted at regular distances.
  static func ring(gaps: Int) -> GlyphShape {
    var shape = GlyphShape()
    let arcs = max(gaps, 1)
    let gap = gaps == 0 ? 0 : 0.15
    for arc in 0..<arcs {
      let start = Double(arc) / Double(arcs) + gap / 2
      let length = 1 / Double(arcs) - gap
      let pieces = 24 / arcs
      shape.addLine(
        through: (0...pieces).map {
          GlyphPoint(turns: start + length * Double($0) / Double(pieces), radius: 0.8)
        })
    }
    return shape
  }

  /// Rays from one point.
  static func star(rays: Int) -> GlyphShape {
    var shape = GlyphShape()
    for ray in 0..<rays {
      shape.addLine(
        through: [GlyphPoint(0, 0), GlyphPoint(turns: Double(ray) / Double(rays), radius: 0.95)])
    }
    return shape
  }
}
