#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The process, as the C library sees it.
enum System {
  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Leaves the processor to another thread that waits for one.
  static func yield() { _ = sched_yield() }
}
