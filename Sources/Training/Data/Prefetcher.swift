import Dispatch
import Synchronization

/// Elements that are made on another thread, a few ahead of the one that is asked for.
///
/// Nothing is made before an iterator exists. When the iterator goes away, early or not, nothing
/// more is made. No thread waits for the consumer: whenever an element is taken, one more is
/// ordered.
struct Prefetcher<Element: Sendable>: Sequence, Sendable {
  /// The number of elements.
  let count: Int
  /// The number of elements that may be ready or on order besides the one that was taken last.
  let ahead: Int
  /// Makes the element at an index. It is called in the order of the indices, one call at a time.
  let make: @Sendable (Int) -> Element

  var underestimatedCount: Int { count }

  func makeIterator() -> Iterator { Iterator(self) }

  /// This is a class because its end must stop the work that it started.
  final class Iterator: IteratorProtocol {
    private let source: Prefetcher
    private let queue = DispatchQueue(label: "kindred.prefetcher", qos: .userInitiated)
    private let shelf = Shelf()
    private var ordered = 0
    private var taken = 0

    init(_ source: Prefetcher) {
      self.source = source
      for _ in 0..<Swift.max(1, source.ahead) { order() }
    }

    deinit { shelf.close() }

    func next() -> Element? {
      guard taken < source.count else { return nil }
      let element = shelf.take()
      taken += 1
      order()
      return element
    }

    private func order() {
      guard ordered < source.count else { return }
      let index = ordered
      ordered += 1
      queue.async { [make = source.make, shelf] in
        if !shelf.isClosed { shelf.put(make(index)) }
      }
    }
  }

  /// The elements that are ready. This is a class because two threads share it.
  private final class Shelf: Sendable {
    private let ready = Mutex<[Element]>([])
    private let closed = Atomic(false)
    private let filled = DispatchSemaphore(value: 0)

    var isClosed: Bool { closed.load(ordering: .relaxed) }

    func close() { closed.store(true, ordering: .relaxed) }

    func put(_ element: Element) {
      ready.withLock { $0.append(element) }
      filled.signal()
    }

    /// Waits for an element. One must be on order.
    func take() -> Element {
      filled.wait()
      return ready.withLock { $0.removeFirst() }
    }
  }
}
