import Foundation

/// Keeps a second process out of a folder that a run writes to.
///
/// A class, because its end lifts the lock; that of the process does too, however it ends.
final class FolderLock {
  private let descriptor: Int32

  /// Throws ``ExperimentError/isInUse(_:)``. Where the file system has no locks, there is none.
  init(_ path: String) throws(ExperimentError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      throw .isInUse(path)
    }
  }

  deinit { close(descriptor) }
}
