import Foundation

/// Keeps other processes out of a folder or a file.
///
/// This is a class because its end releases the lock. The end of the process releases it too,
/// however it comes.
final class FileLock {
  private let descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// How a lock is taken: `flock`, or what stands in for it in a test.
  typealias System = @Sendable (Int32, Int32) -> Int32

  enum Attempt {
    case taken(FileLock)
    /// Another holds it.
    case held
    /// The file system has no locks, or the file cannot be opened.
    case impossible
  }

  /// Tries to lock a file, which is made if it is not there.
  static func attempt(
    file path: String, isShared: Bool = false, by system: System = flock
  ) -> Attempt {
    // A file that is to be locked over a network must be open for writing.
    attempt(
      open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666), isShared ? LOCK_SH : LOCK_EX, system)
  }

  /// Whether another holds the lock of a file. Nothing is made or changed.
  static func isHeld(_ path: String, by system: System = flock) -> Bool {
    if case .held = attempt(open(path, O_RDONLY | O_CLOEXEC), LOCK_SH, system) { return true }
    return false
  }

  private static func attempt(_ descriptor: Int32, _ kind: Int32, _ system: System) -> Attempt {
    guard descriptor >= 0 else { return .impossible }
    if system(descriptor, kind | LOCK_NB) == 0 { return .taken(FileLock(descriptor)) }
    let isHeld = errno == EWOULDBLOCK
    close(descriptor)
    return isHeld ? .held : .impossible
  }

  /// The lock of a folder for one process alone; `nil` if its file system has none.
  ///
  /// - Throws: ``ExperimentError/isInUse(_:)`` if another process is in the folder.
  static func alone(in folder: String) throws(ExperimentError) -> FileLock? {
    switch attempt(open(folder, O_RDONLY | O_CLOEXEC), LOCK_EX, flock) {
    case .taken(let lock): lock
    case .held: throw .isInUse(folder)
    case .impossible: nil
    }
  }

  /// The lock of a folder that several processes share; `nil` if its file system has none.
  ///
  /// - Throws: ``ExperimentError/isInUse(_:)`` if a process is alone in the folder, and stays so for a second.
  static func shared(in folder: String) throws(ExperimentError) -> FileLock? {
    for _ in 0..<20 {
      switch attempt(open(folder, O_RDONLY | O_CLOEXEC), LOCK_SH, flock) {
      case .taken(let lock): return lock
      case .impossible: return nil
      case .held: usleep(50_000)
      }
    }
    throw .isInUse(folder)
  }

  /// Whether the file system of a folder has locks: a file that is locked cannot be locked again.
  static func areKnown(in folder: String, by system: System = flock) -> Bool {
    let path = (folder as NSString).appendingPathComponent(
      ".\(String(UInt64.random(in: 0 ... .max), radix: 36)).partial")
    defer { unlink(path) }
    guard case .taken(let lock) = attempt(file: path, by: system) else { return false }
    return withExtendedLifetime(lock) { isHeld(path, by: system) }
  }
}
