import Testing

@testable import Training

@Suite struct GlyphDrawingTests {
  /// A horizontal stroke of width 2 about row 2 covers that row and half of each neighbouring row.
  @Test func strokesAreAntiAliased() {
    var canvas = GlyphCanvas(side: 5, level: 10)
    canvas.stroke(from: GlyphPoint(1, 2), to: GlyphPoint(3, 2), width: 2, level: 110)
    let column = (0..<5).map { canvas.pixels[$0 * 5 + 2] }
    #expect(column == [10, 60, 110, 60, 10])
    // The end is round, and its corner is √2 away.
    let row = canvas.pixels[10..<15]
    #expect(Array(row) == [60, 110, 110, 110, 60])
    let corner = 10 + 100 * (1.5 - Float(2).squareRoot())
    #expect(canvas.pixels[5] == corner)
  }

  @Test func whatIsOutsideIsCutOff() {
    var canvas = GlyphCanvas(side: 4, level: 0)
    canvas.stroke(from: GlyphPoint(-9, -9), to: GlyphPoint(-5, -7), width: 2, level: 100)
    canvas.fill(rows: -3..<0, columns: 0..<4, level: 100)
    #expect(canvas.pixels.allSatisfy { $0 == 0 })
    canvas.fill(rows: 3..<9, columns: -1..<2, level: 50)
    #expect(canvas.pixels == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 50, 50, 0, 0])
    canvas.stroke(from: GlyphPoint(-5, 0), to: GlyphPoint(9, 0), width: 1, level: 80)
    #expect(canvas.pixels[0..<4].allSatisfy { abs($0 - 80) < 1e-3 })
  }

  @Test func pointStrokeIsADot() {
    var canvas = GlyphCanvas(side: 3, level: 0)
    canvas.stroke(from: GlyphPoint(1, 1), to: GlyphPoint(1, 1), width: 1, level: 9)
    #expect(canvas.pixels == [0, 0, 0, 0, 9, 0, 0, 0, 0])
  }

  @Test func shapesHaveTheirStrokes() {
    #expect(GlyphShape.letter(arms: [-1, 0, 1]).strokes.count == 4)
    #expect((3...6).map { GlyphShape.polygon(corners: $0).strokes.count } == [3, 4, 5, 6])
    #expect((3...6).map { GlyphShape.star(rays: $0).strokes.count } == [3, 4, 5, 6])
    for gaps in 0...3 {
      let strokes = GlyphShape.ring(gaps: gaps).strokes
      #expect(strokes.count == 24)
      let ends = zip(strokes, strokes.dropFirst() + strokes.prefix(1))
      let breaks = ends.count { first, second in
        abs(first.to.x - second.from.x) + abs(first.to.y - second.from.y) > 0.1
      }
      #expect(breaks == gaps)
    }
  }
}
