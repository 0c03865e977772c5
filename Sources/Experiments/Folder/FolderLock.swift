import Foundation

/// Keeps a second process out of a folder that a run writes to.
///
/// This is a class because its end releases the lock. The end of the process releases it too,
/// however it comes.
final class FolderLock {
  private let descriptor: Int32

  /// Takes the lock, or throws ``ExperimentError/isInUse(_:)``. If the file system has no locks,
  /// none is taken.
  init(_ path: String) throws(ExperimentError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      throw .isInUse(path)
    }
  }

  deinit { close(descriptor) }
}
