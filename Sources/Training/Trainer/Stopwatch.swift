/// Counts seconds, whatever is done to the clock on the wall.
package struct Stopwatch {
  private let start = ContinuousClock.now
  private let earlier: Double

  /// - Parameter earlier: Seconds that were counted before.
  package init(from earlier: Double = 0) { self.earlier = earlier }

  package var seconds: Double {
    let time = (ContinuousClock.now - start).components
    return earlier + Double(time.seconds) + Double(time.attoseconds) * 1e-18
  }
}
