#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A process that was made by `fork` has the thread that called it and no other one.
enum Fork {
  /// Sees to it that tensors work in such a process. Nothing else may be left in the middle of a change of the
  /// pool when the process is copied, and the workers are not copied.
  static func handle() {
    pthread_atfork {
      BufferPool.lock()
    } _: {
      BufferPool.unlock()
    } _: {
      BufferPool.unlock()
      Workers.shared.leave()
    }
  }
}
