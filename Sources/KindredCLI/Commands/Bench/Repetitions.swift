/// How long something takes that is done again and again, in milliseconds.
struct Repetitions {
  let median: Double
  let least: Double

  /// Repeats `body` for about so many seconds, and five times at least, after three times that are
  /// not counted.
  init(seconds: Double, _ body: () throws -> Void) rethrows {
    func time() throws -> Double {
      let start = ContinuousClock.now
      try body()
      let time = ContinuousClock.now - start
      return Double(time.components.seconds) * 1e3 + Double(time.components.attoseconds) * 1e-15
    }
    let first = try time()
    for _ in 0..<2 { _ = try time() }
    let count = max(5, min(20000, Int(1e3 * seconds / max(first, 1e-3))))
    let times = try (0..<count).map { _ in try time() }.sorted()
    (median, least) = (times[count / 2], times[0])
  }
}
