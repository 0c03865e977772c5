#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The memory that this process can still take. It is the least of three: the machine's free
/// memory, the rest below the limit of the container or control group, and the rest below the
/// limits of the process.
///
///     let memory = AvailableMemory.now
///     guard memory.holds(needed) else { throw … "needs \(needed >> 20) MB; there are \(memory)" }
///
/// Sources: Linux's `Documentation/admin-guide/cgroup-v2.rst` and `cgroup-v1/memory.rst`,
/// `proc_pid_mountinfo(5)`, `getrlimit(2)`.
package struct AvailableMemory: Hashable, Sendable {
  /// The limit that leaves the least memory.
  package enum Bound: Sendable {
    case machine, container, addressSpace, data
  }

  package var bytes: Int
  package var bound: Bound

  package init(bytes: Int, bound: Bound) {
    self.bytes = bytes
    self.bound = bound
  }

  /// The memory that this process can take at this moment.
  package static var now: AvailableMemory {
    AvailableMemory(
      machine: sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)),
      limits: ProcessLimits(
        addressSpace: limit(resources.addressSpace), data: limit(resources.data)),
      textOf: text)
  }

  /// The limits of a process in bytes; `nil` if there is none.
  struct ProcessLimits {
    var addressSpace: Int?
    var data: Int?
  }

  /// The least of all bounds, computed from the texts of the system's files.
  ///
  /// - Parameters:
  ///   - machine: All memory of the machine, which counts if no file says how much is free.
  ///   - limits: The limits of this process.
  ///   - textOf: The content of the file at a path; `nil` if there is no such file.
  init(machine: Int, limits: ProcessLimits, textOf: @escaping (String) -> String?) {
    let free = textOf("/proc/meminfo").flatMap { Self.kilobytes("MemAvailable:", in: $0) }
    self.init(bytes: free ?? machine, bound: .machine)
    if let left = ControlGroups(textOf: textOf).available { lower(to: left, .container) }
    let status = textOf("/proc/self/status") ?? ""
    for (limit, used, bound) in [
      (limits.addressSpace, "VmSize:", Bound.addressSpace), (limits.data, "VmData:", .data),
    ] {
      guard let limit else { continue }
      lower(to: limit - (Self.kilobytes(used, in: status) ?? 0), bound)
    }
  }

  /// Whether so many bytes can be taken while a sixteenth is left for everything else in the
  /// process.
  package func holds(_ count: Int) -> Bool { count <= bytes / 16 * 15 }

  private mutating func lower(to left: Int, _ bound: Bound) {
    if left < bytes { self = AvailableMemory(bytes: max(left, 0), bound: bound) }
  }

  /// The number of bytes in a line such as `MemAvailable:   22943056 kB`.
  private static func kilobytes(_ label: String, in text: String) -> Int? {
    for line in text.split(separator: "\n") where line.hasPrefix(label) {
      let words = line.dropFirst(label.count).split(whereSeparator: \.isWhitespace)
      return words.first.flatMap { Int($0) }.map { Int(clamping: UInt($0) * 1024) }
    }
    return nil
  }

  #if canImport(Glibc)
    private static let resources = (
      addressSpace: Int32(RLIMIT_AS.rawValue), data: Int32(RLIMIT_DATA.rawValue)
    )
  #else
    private static let resources = (addressSpace: RLIMIT_AS, data: RLIMIT_DATA)
  #endif

  private static func limit(_ resource: Int32) -> Int? {
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < rlim_t(Int.max) else { return nil }
    return Int(limit.rlim_cur)
  }

  /// The whole content of a small file. Files in `/proc` are read too, although their size is given
  /// as 0.
  private static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = read(descriptor, &piece, piece.count), count > 0, bytes.count < 1 << 24 {
      bytes += piece[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension AvailableMemory: CustomStringConvertible {
  /// The memory and its bound, for example "512 MB of memory left by the limit of the container".
  package var description: String {
    let size = "\(bytes >> 20) MB"
    return switch bound {
    case .machine: "\(size) of memory free on this machine"
    case .container: "\(size) of memory left by the limit of the container"
    case .addressSpace: "\(size) left by the limit of address space (ulimit -v)"
    case .data: "\(size) left by the limit of data (ulimit -d)"
    }
  }
}
