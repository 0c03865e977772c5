/// Counts seconds, independently of changes to the wall clock.
package struct Stopwatch {
  private let start = ContinuousClock.now
  private let earlier: Double

  /// Starts to count.
  ///
  /// - Parameter earlier: Seconds that were counted before, which are added.
  package init(from earlier: Double = 0) { self.earlier = earlier }

  package var seconds: Double {
    let time = (ContinuousClock.now - start).components
    return earlier + Double(time.seconds) + Double(time.attoseconds) * 1e-18
  }
}
