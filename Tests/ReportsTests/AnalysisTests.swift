import Testing

@testable import Reports

@Suite struct AnalysisTests {
  /// A triangle with sides 3, 4 and 5.
  @Test func geometryOfATriangle() {
    let geometry = Geometry(of: [[0, 0], [3, 0], [0, 4]])
    #expect(geometry.distances == [0, 3, 4, 3, 0, 5, 4, 5, 0])
    #expect(geometry.relativeDistances == [0.75, 1, 1.25])
    #expect(geometry.cosines == [0, 0, 0, 0, 1, 0, 0, 0, 1])
    let angles = geometry.angleCosines
    #expect(angles.count == 3)
    for (angle, expected) in zip(angles, [0, 0.6, 0.8]) { #expect(abs(angle - expected) < 1e-12) }
  }

  @Test func imagesThatAreAlikeHaveNoAnglesAndNoDistances() {
    let geometry = Geometry(of: [[1, 2], [1, 2], [1, 2]])
    #expect(geometry.relativeDistances.isEmpty)
    #expect(geometry.angleCosines.count == 3 && geometry.angleCosines.allSatisfy(\.isNaN))
  }

  @Test func histogramsKeepWhatIsOutside() {
    var histogram = Histogram(0...2, bins: 4)
    for value in [-1, 0, 0.6, 1.9, 2, 7, .nan] { histogram.add(value) }
    #expect(histogram.counts == [2, 1, 0, 3])
    #expect(histogram.shares.map(\.middle) == [0.25, 0.75, 1.25, 1.75])
    #expect(histogram.shares[0].share == 1.0 / 3)
  }

  /// Points on two perpendicular lines, one of them twice as long as the other: the variances are 4
  /// to 1.
  @Test func componentsOfACross() {
    let (c, s) = (0.6, 0.8)
    let components = PrincipalComponents(
      of: [(2, 0), (-2, 0), (0, 1), (0, -1)].map { x, y in
        [c * x - s * y + 5, s * x + c * y - 3, 7]
      })
    #expect(abs(components.shares.x - 0.8) < 1e-12 && abs(components.shares.y - 0.2) < 1e-12)
    let expected = [(2.0, 0.0), (-2, 0), (0, 1), (0, -1)]
    for (score, (x, y)) in zip(components.scores, expected) {
      #expect(abs(abs(score.x) - abs(x)) < 1e-12 && abs(abs(score.y) - abs(y)) < 1e-12)
    }
    #expect(abs(components.scores[0].x + components.scores[1].x) < 1e-12)

    var mirrored = components
    mirrored.mirror(to: PrincipalComponents(of: [[-2, 0], [2, 0], [0, -1], [0, 1]]))
    let reference = PrincipalComponents(of: [[-2, 0], [2, 0], [0, -1], [0, 1]])
    for (a, b) in zip(mirrored.scores, reference.scores) {
      #expect(a.x * b.x >= -1e-12 && a.y * b.y >= -1e-12)
    }
  }

  @Test func componentsOfNothingAreZero() {
    let components = PrincipalComponents(of: [[1, 1], [1, 1], [1, 1]])
    #expect(components.scores.allSatisfy { $0.x == 0 && $0.y == 0 })
    #expect(components.shares.x == 0)
  }
}
