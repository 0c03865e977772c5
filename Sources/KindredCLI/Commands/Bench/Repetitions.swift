/// The time that repetitions of some work take, in milliseconds.
struct Repetitions {
  let median: Double
  let least: Double

  /// Repeats `body` for about this many seconds, at least five times, after three repetitions that
  /// do not count.
  init(seconds: Double, _ body: () throws -> Void) rethrows {
    func time() throws -> Double {
      let start = ContinuousClock.now
      try body()
      let time = ContinuousClock.now - start
      return Double(time.components.seconds) * 1e3 + Double(time.components.attoseconds) * 1e-15
    }
    for _ in 0..<2 { _ = try time() }
    // The first ones take far longer than the others.
    let usual = try time()
    let count = max(5, min(20000, Int(1e3 * seconds / max(usual, 1e-3))))
    let times = try (0..<count).map { _ in try time() }.sorted()
    (median, least) = (times[count / 2], times[0])
  }
}
