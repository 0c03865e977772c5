import CKernels

/// How work is split over cores. Results never depend on the number of threads: either the parts do
/// not, or, as in the matrix product, no number depends on the part that it falls into.
public enum Parallel {
  /// The number of threads that operations use: the environment variable `KINDRED_THREADS`, otherwise
  /// every core; at most 100,000. Bind it with `Parallel.$threads.withValue(1) { … }`.
  @TaskLocal public static var threads = defaultThreads

  private static let defaultThreads: Int = {
    let asked = System.environment("KINDRED_THREADS").flatMap { Int($0) }
    return min(100_000, max(1, asked ?? kindred_processors()))
  }()

  /// Calls `body` with each of `0..<count`, on several cores if that pays.
  ///
  /// `work` is the number of scalar operations in all: little work stays on one core, because
  /// waking another costs some microseconds. `body` must not write what another call of it reads
  /// or writes.
  package static func forEach(_ count: Int, work: Int = .max, _ body: (Int) -> Void) {
    let threads = work < 40_000 ? 1 : min(count, self.threads)
    if threads > 1 && Workers.shared.perform(count, helpers: threads - 1, body) { return }
    for index in 0..<count { body(index) }
  }

  /// Calls `body` with consecutive ranges of `0..<count`, each of `length` but the last.
  package static func forEachRange(
    of count: Int, length: Int, work: Int = .max, _ body: (Range<Int>) -> Void
  ) {
    forEach((count + length - 1) / length, work: work) { part in
      body(part * length..<min(count, (part + 1) * length))
    }
  }
}
