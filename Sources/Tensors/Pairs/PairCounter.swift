package import Synchronization

/// Counts matrices of every two rows that are described and not held, and those of them whose numbers an
/// operation reads, so that they are held after all.
package final class PairCounter: Sendable {
  package let described = Atomic(0)
  package let held = Atomic(0)

  package init() {}

  /// Whether some matrix was described, and none of them was held.
  package var isTiled: Bool {
    described.load(ordering: .relaxed) > 0 && held.load(ordering: .relaxed) == 0
  }
}
