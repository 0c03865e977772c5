import Dispatch
import Synchronization

/// Threads that take part in one caller's work at a time.
///
/// Waking a thread that sleeps takes some fifty microseconds, as long as many an operation of a
/// training step. A worker therefore looks for work for a while, leaving its core to others at
/// every turn, before it sleeps.
final class Workers: Sendable {
  static let shared = Workers()

  private let isTaken = Atomic(false)
  private let workers = Mutex<[Worker]>([])

  /// Whether there ever was a worker.
  private let exist = Atomic(false)

  /// Notes that this process is a child of `fork`, which has none of its parent's workers. They count as busy for
  /// ever, so that nobody waits for them. If the parent had none, the child may have its own.
  func leave() {
    if exist.load(ordering: .relaxed) { isTaken.store(true, ordering: .relaxed) }
  }

  /// Calls `body` with each of `0..<count`, here and on up to `helpers` other threads. If the workers
  /// are busy for another caller, it returns false and calls nothing.
  func perform(_ count: Int, helpers: Int, _ body: (Int) -> Void) -> Bool {
    guard !isTaken.exchange(true, ordering: .acquiring) else { return false }
    defer { isTaken.store(false, ordering: .releasing) }
    withoutActuallyEscaping(body) { body in
      let job = Job(count: count, body: body)
      exist.store(true, ordering: .relaxed)
      let workers = workers.withLock { workers in
        while workers.count < helpers { workers.append(Worker()) }
        return workers.prefix(helpers)
      }
      for worker in workers { worker.post(job) }
      job.work()
      // A worker that has not begun by now is not needed.
      let late = workers.count { $0.revoke() }
      while job.finished.load(ordering: .acquiring) < workers.count - late { System.yield() }
      job.forget()
    }
    return true
  }
}

/// Calls of a function, shared between threads.
private final class Job: Sendable {
  let finished = Atomic(0)
  private let next = Atomic(0)
  private let count: Int
  // The compiler cannot tell that this is safe: whoever asks for the calls promises that they do not
  // disturb one another, and the function is forgotten when every thread has finished.
  private nonisolated(unsafe) var body: ((Int) -> Void)?

  init(count: Int, body: @escaping (Int) -> Void) {
    self.count = count
    self.body = body
  }

  /// Not inlined, so that no reference to the function is left when it returns.
  @inline(never)
  func work() {
    guard let body else { return }
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      body(index)
    }
  }

  /// Releases the function, which must not outlive the call that it was passed to.
  func forget() { body = nil }
}

private final class Worker: Sendable {
  /// The address of the job to do next, or 0. Its owner keeps it alive until it is finished or
  /// revoked.
  private let posted = Atomic<UInt>(0)
  private let isAsleep = Atomic(false)
  private let alarm = DispatchSemaphore(value: 0)

  /// For how long a worker looks for work before it sleeps.
  private static let patience = 100_000 as UInt64

  init() {
    DispatchQueue(label: "kindred.worker", qos: .userInitiated).async { [self] in
      while true { work() }
    }
  }

  func post(_ job: Job) {
    let address = UInt(bitPattern: Unmanaged.passUnretained(job).toOpaque())
    posted.store(address, ordering: .sequentiallyConsistent)
    if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { alarm.signal() }
  }

  /// Takes back a job that was not begun, and returns false if it was.
  func revoke() -> Bool { posted.exchange(0, ordering: .acquiringAndReleasing) != 0 }

  private func work() {
    let start = DispatchTime.now().uptimeNanoseconds
    while posted.load(ordering: .relaxed) == 0 {
      if DispatchTime.now().uptimeNanoseconds - start > Worker.patience {
        sleep()
        return
      }
      System.yield()
    }
    let address = posted.exchange(0, ordering: .acquiringAndReleasing)
    guard let pointer = UnsafeRawPointer(bitPattern: address) else { return }
    let job = Unmanaged<Job>.fromOpaque(pointer).takeUnretainedValue()
    job.work()
    job.finished.wrappingAdd(1, ordering: .releasing)
  }

  private func sleep() {
    isAsleep.store(true, ordering: .sequentiallyConsistent)
    let isIdle = posted.load(ordering: .sequentiallyConsistent) == 0
    // A caller that posts a job from now on signals; one that did just before may signal too.
    if isIdle || !isAsleep.exchange(false, ordering: .sequentiallyConsistent) { alarm.wait() }
  }
}
