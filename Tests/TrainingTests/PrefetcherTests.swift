import Foundation
import Synchronization
import Testing

@testable import Training

@Suite struct PrefetcherTests {
  /// Counts how often an element was made. It is released when nothing can make elements any more.
  private final class Factory: Sendable {
    let made = Mutex<[Int]>([])

    func make(_ index: Int) -> Int {
      made.withLock { $0.append(index) }
      return index * index
    }
  }

  @Test(arguments: [1, 2, 5], [0, 1, 2, 3, 50])
  func givesAllInOrder(ahead: Int, count: Int) {
    let factory = Factory()
    let squares = Prefetcher(count: count, ahead: ahead) { factory.make($0) }
    #expect(Array(squares) == (0..<count).map { $0 * $0 })
    #expect(factory.made.withLock { $0 } == Array(0..<count))
    // A second iteration begins anew.
    #expect(Array(squares).count == count)
  }

  @Test func endStaysTheEnd() {
    let iterator = Prefetcher(count: 1, ahead: 2) { $0 }.makeIterator()
    #expect(iterator.next() == 0)
    #expect(iterator.next() == nil)
    #expect(iterator.next() == nil)
  }

  /// Elements wait for a signal that the consumer gives after ordering them. A producer that worked
  /// inside the consumer's calls would wait in vain.
  @Test func worksBesideTheConsumer() {
    let sign = DispatchSemaphore(value: 0)
    let iterator = Prefetcher(count: 3, ahead: 2) { _ in
      sign.wait(timeout: .now() + 10) == .success
    }.makeIterator()
    for _ in 0..<3 { sign.signal() }
    #expect(iterator.next() == true)
    #expect(iterator.next() == true)
    #expect(iterator.next() == true)
    #expect(iterator.next() == nil)
  }

  @Test(arguments: [0, 1, 3]) func stopsWithItsConsumer(taken: Int) throws {
    weak var left: Factory?
    do {
      let factory = Factory()
      left = factory
      let iterator = Prefetcher(count: 1_000_000, ahead: 2) { factory.make($0) }.makeIterator()
      for _ in 0..<taken { _ = iterator.next() }
      #expect(factory.made.withLock { $0.count } <= taken + 2)
    }
    // The queue releases the factory when it finds that nothing is wanted any more.
    for _ in 0..<10_000 where left != nil { usleep(1000) }
    #expect(left == nil)
  }

  /// The consumer leaves while element 0 is being made and element 1 is on order.
  @Test func makesNothingForAConsumerThatLeft() {
    let (began, sign) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    weak var left: Factory?
    do {
      let factory = Factory()
      left = factory
      let iterator = Prefetcher(count: 2, ahead: 2) { index in
        began.signal()
        _ = sign.wait(timeout: .now() + 10)
        return factory.make(index)
      }.makeIterator()
      began.wait()
      withExtendedLifetime(iterator) {}
    }
    sign.signal()
    for _ in 0..<20_000 where left != nil { usleep(1000) }
    #expect(left == nil)
    // The making of element 1 never began.
    #expect(began.wait(timeout: .now()) == .timedOut)
  }

  @Test func manyAtOnce() async {
    let sums = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<16 {
        group.addTask { Prefetcher(count: 100, ahead: 2) { $0 }.reduce(0, +) }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sums == [Int](repeating: 4950, count: 16))
  }
}
