import Testing

@testable import Reports

@Suite struct ScaleTests {
  @Test(arguments: [
    (0.0...1, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    (83.2...86.1, ["83", "84", "85", "86", "87"]), (-3...14, ["-5", "0", "5", "10", "15"]),
    (5...5, ["5", "6"]), (0...0.0004, ["0.0000", "0.0001", "0.0002", "0.0003", "0.0004"]),
  ])
  func ticksAreRound(values: ClosedRange<Double>, labels: [String]) {
    let scale = Scale(values, from: 0, to: 100)
    #expect(scale.ticks.map(scale.label) == labels)
    #expect(scale(scale.domain.lowerBound) == 0 && scale(scale.domain.upperBound) == 100)
  }

  /// However large, small or near one another the numbers are, a scale has places and a few ticks.
  @Test(arguments: [
    1e99...1.1e99, 0...Double.leastNonzeroMagnitude, 1e15...1e15.nextUp, -9e99...9e99, 7...7,
  ])
  func extremes(values: ClosedRange<Double>) {
    let scale = Scale(values, from: 0, to: 100)
    #expect(scale.step > 0 && (1..<40).contains(scale.ticks.count))
    for value in [values.lowerBound, values.upperBound] {
      #expect((-1e-6...100.000001).contains(scale(value)))
    }
    #expect(!Scale.hasPlace(for: .nan) && !Scale.hasPlace(for: .infinity))
  }

  @Test func logarithms() {
    let scale = Scale(0.5...4e6, from: 0, to: 80, isLogarithmic: true)
    #expect(scale.ticks.map(scale.label) == ["0.01", "1", "100", "10⁴", "10⁶", "10⁸"])
    #expect(abs(scale(1000) - 40) < 1e-9)
  }

  @Test func epochsAreWhole() {
    let scale = Scale(exactly: 1...3, from: 0, to: 10, ticks: 4, isWhole: true)
    #expect(scale.ticks == [1, 2, 3])
    let one = Scale(exactly: 1...1, from: 0, to: 10, ticks: 4, isWhole: true)
    #expect(one.ticks == [1] && one(1) == 5)
  }

  @Test(arguments: [
    ("rkd.distance", "rkd.distance"), ("rkd distance+angle", "rkd distan…"),
    ("WWWWWWWWWW", "WWWWW…"), ("损失函数的名称很长", "损失函数的名…"), ("", ""),
  ])
  func namesAreAsLongAsThereIsRoom(name: String, short: String) {
    #expect(Drawing.short(name, width: 86) == short)
    #expect(Drawing.width(of: short) <= 86)
  }

  @Test func labelsDoNotOverlap() {
    let places = Drawing.spread([50, 51, 52, 10], gap: 10, within: 0...60)
    #expect(places == [40, 50, 60, 10])
  }
}
