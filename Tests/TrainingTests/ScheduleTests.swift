import Testing

@testable import Training

@Suite struct ScheduleTests {
  func shares(_ change: (inout Schedule) -> Void, steps: [Int]) -> [Double] {
    var schedule = Schedule()
    change(&schedule)
    return steps.map { schedule.share(step: $0, stepsPerEpoch: 10, steps: 100) }
  }

  func expect(_ shares: [Double], _ expected: [Double]) {
    #expect(shares.count == expected.count)
    for (share, value) in zip(shares, expected) { #expect(abs(share - value) < 1e-9) }
  }

  @Test func constant() {
    expect(shares({ $0.shape = .constant }, steps: [0, 50, 99]), [1, 1, 1])
  }

  @Test func steps() {
    expect(
      shares(
        { ($0.shape, $0.milestones, $0.factor) = (.step, [3, 6.5], 0.5) },
        steps: [0, 29, 30, 64, 65, 99]), [1, 1, 0.5, 0.5, 0.25, 0.25])
  }

  @Test func cosine() {
    expect(shares({ $0.floor = 0.2 }, steps: [0, 50, 100]), [1, 0.6, 0.2])
  }

  @Test func warmupRisesToThePeakBeforeTheShape() {
    expect(shares({ $0.warmup = 2 }, steps: [0, 9, 19, 20, 60, 100]), [0.05, 0.5, 1, 1, 0.5, 0])
  }

  /// The constants are those of PyTorch's OneCycleLR: a start at 1/25 of the peak, the peak at 30
  /// %, then an end at 1/25/10⁴.
  @Test func oneCycle() {
    expect(
      shares({ $0.shape = .oneCycle }, steps: [0, 15, 30, 65, 100]),
      [0.04, 0.52, 1, 0.500002, 4e-6])
  }
}
