import Synchronization
import Tensors
import Testing

@Suite struct ParallelTests {
  /// The sum of the calls' indices, counted from 1.
  private func sum(_ count: Int, threads: Int) -> Int {
    let sum = Atomic(0)
    Parallel.$threads.withValue(threads) {
      Parallel.forEach(count) { sum.add($0 + 1, ordering: .relaxed) }
    }
    return sum.load(ordering: .relaxed)
  }

  @Test(arguments: [1, 2, 3, 7])
  func everyIndexIsCalledOnce(threads: Int) {
    for count in [0, 1, 2, 3, 100] {
      let calls = Mutex([Int](repeating: 0, count: count))
      Parallel.$threads.withValue(threads) {
        Parallel.forEach(count) { index in calls.withLock { $0[index] += 1 } }
      }
      #expect(calls.withLock { $0 } == [Int](repeating: 1, count: count))
    }
  }

  @Test func nothingIsLostInManyShortCalls() {
    for turn in 0..<5_000 {
      let count = turn % 9
      guard sum(count, threads: 3) != count * (count + 1) / 2 else { continue }
      Issue.record("turn \(turn)")
      return
    }
  }

  @Test func callsMayBeNested() {
    let calls = Atomic(0)
    Parallel.$threads.withValue(3) {
      Parallel.forEach(10) { _ in
        Parallel.forEach(10) { _ in calls.add(1, ordering: .relaxed) }
      }
    }
    #expect(calls.load(ordering: .relaxed) == 100)
  }

  @Test func callersDoNotDisturbOneAnother() async {
    await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask { (0..<500).reduce(0) { total, _ in total + sum(20, threads: 2) } }
      }
      for await total in group { #expect(total == 500 * 210) }
    }
  }

  @Test func rangesCoverEverything() {
    let calls = Mutex<[Range<Int>]>([])
    Parallel.$threads.withValue(2) {
      Parallel.forEachRange(of: 10, length: 4) { range in calls.withLock { $0.append(range) } }
    }
    let ranges = calls.withLock { $0.sorted { $0.lowerBound < $1.lowerBound } }
    #expect(ranges == [0..<4, 4..<8, 8..<10])
  }
}
