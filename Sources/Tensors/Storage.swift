import Synchronization

/// A buffer of floats, written once while a tensor is made and only read from then on.
///
/// A class, because the memory returns to the pool when the last tensor that uses it is gone.
/// `@unchecked Sendable`, because the pointer is written only before the tensor is published.
final class Storage: @unchecked Sendable {
  /// Valid while the storage lives: whoever passes it to a kernel holds the storage in a variable
  /// of the same or an outer scope, whose lifetime spans the call.
  var pointer: UnsafeMutablePointer<Float> {
    if let memory { return memory }
    guard let deferred else { fatalError("[storage] neither memory nor what it would hold") }
    return deferred.pointer
  }
  private let memory: UnsafeMutablePointer<Float>?
  /// The floats that the memory has room for; `nil` if it belongs to someone else.
  private let capacity: Int?
  /// What the memory would hold, if there is none before a number is read.
  let deferred: DeferredPairs?

  /// Uninitialised memory for `count` floats.
  init(count: Int) {
    let capacity = BufferPool.capacity(for: count)
    (self.capacity, memory, deferred) = (capacity, BufferPool.take(capacity), nil)
  }

  /// Memory of someone else, who keeps it, and the numbers in it, as long as the storage lives.
  init(borrowing memory: UnsafePointer<Float>) {
    (capacity, self.memory, deferred) = (nil, UnsafeMutablePointer(mutating: memory), nil)
  }

  /// No memory: the numbers are computed if one of them is read.
  init(deferred: DeferredPairs) { (capacity, memory, self.deferred) = (nil, nil, deferred) }

  var isBorrowed: Bool { capacity == nil && memory != nil }

  /// This memory, read as half as many doubles.
  var doubles: UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Double.self)
  }

  deinit { if let capacity, let memory { BufferPool.give(memory, capacity) } }
}

/// Freed buffers, kept for the next tensor of about that size, so that a training step takes no
/// memory from the system after the first.
package enum BufferPool {
  private struct Free {
    /// The free buffers of each size. They are addresses, since a pointer is not Sendable.
    var buffers = none
    static let none = [[UInt]](repeating: [], count: BufferPool.sizes)
    var statistics = Statistics()
  }

  /// The memory that the pool holds, in bytes, and how often it had to ask the system.
  package struct Statistics: Sendable {
    package var live = 0
    package var free = 0
    package var requests = 0
  }

  /// Whoever has the lock may use it. It is behind a pointer, because every access to a variable would be
  /// checked by the runtime.
  private nonisolated(unsafe) static let free = {
    Fork.handle()
    let free = UnsafeMutablePointer<Free>.allocate(capacity: 1)
    free.initialize(to: Free())
    return free
  }()

  private static let isLocked = Atomic(false)

  /// Waits until no other thread uses the pool, for some fractions of a microsecond. A `Mutex` of Linux belongs to
  /// a thread, and would belong to none in a child of `fork`.
  static func lock() {
    while isLocked.exchange(true, ordering: .acquiring) { System.yield() }
  }

  static func unlock() { isLocked.store(false, ordering: .releasing) }

  private static func withLock<Result>(_ body: (inout Free) -> Result) -> Result {
    lock()
    defer { unlock() }
    return body(&free.pointee)
  }

  package static var statistics: Statistics { withLock { $0.statistics } }

  /// The next size, in floats, that the pool keeps: steps of an eighth of a power of two, so
  /// that at most an eighth is unused.
  static func capacity(for count: Int) -> Int {
    let least = max(count, 16)
    let step = max(16, (1 << (Int.bitWidth - 1 - least.leadingZeroBitCount)) / 8)
    return (least + step - 1) / step * step
  }

  /// The number of sizes that there are.
  private static let sizes = 8 * (Int.bitWidth - 7)

  /// The place of a size, in floats, among all sizes.
  private static func index(of capacity: Int) -> Int {
    let octave = Int.bitWidth - 1 - capacity.leadingZeroBitCount
    return octave < 7 ? capacity / 16 : 8 * (octave - 7) + capacity >> (octave - 3)
  }

  static func take(_ capacity: Int) -> UnsafeMutablePointer<Float> {
    let bytes = capacity * MemoryLayout<Float>.stride
    let (known, surplus) = withLock { pool -> (UInt?, [UInt]) in
      pool.statistics.live += bytes
      if let address = pool.buffers[index(of: capacity)].popLast() {
        pool.statistics.free -= bytes
        return (address, [])
      }
      pool.statistics.requests += 1
      // The pool holds nothing of this size. Its other buffers are of no use to the present work if
      // they outweigh the tensors that are alive.
      guard pool.statistics.free > pool.statistics.live + 64 << 20 else { return (nil, []) }
      let surplus = pool.buffers.flatMap { $0 }
      pool.buffers = Free.none
      pool.statistics.free = 0
      return (nil, surplus)
    }
    for address in surplus { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
    if let known, let pointer = UnsafeMutablePointer<Float>(bitPattern: known) { return pointer }
    return UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Float.self, capacity: capacity)
  }

  static func give(_ pointer: UnsafeMutablePointer<Float>, _ capacity: Int) {
    let bytes = capacity * MemoryLayout<Float>.stride
    withLock { pool in
      pool.statistics.live -= bytes
      pool.statistics.free += bytes
      pool.buffers[index(of: capacity)].append(UInt(bitPattern: pointer))
    }
  }
}
