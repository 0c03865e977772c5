import Foundation

/// The locks of a folder in which several processes train shards of a run: a shared one for each of them, and one
/// for a process that is alone there.
///
/// The folder's own lock keeps out a run of one process. Over a network a folder may have none that other machines
/// see, so a file in it has another.
struct FolderLocks {
  private let locks: [FileLock]

  /// - Throws: ``ExperimentError/isInUse(_:)`` if a process is alone in the folder.
  static func shared(in folder: ResultsFolder) throws -> FolderLocks {
    let ofFolder = try FileLock.shared(in: folder.path)
    return FolderLocks(locks: [ofFolder, try ofFile(in: folder, isShared: true)].compactMap { $0 })
  }

  /// - Throws: ``ExperimentError/isInUse(_:)`` if another process is in the folder.
  static func alone(in folder: ResultsFolder) throws -> FolderLocks {
    let ofFolder = try FileLock.alone(in: folder.path)
    return FolderLocks(
      locks: [ofFolder, try ofFile(in: folder, isShared: false)].compactMap { $0 })
  }

  private static func ofFile(in folder: ResultsFolder, isShared: Bool) throws -> FileLock? {
    for _ in 0..<20 {
      switch FileLock.attempt(file: folder.file("shards/run.lock"), isShared: isShared) {
      case .taken(let lock): return lock
      case .impossible: return nil
      case .held: usleep(50_000)
      }
    }
    throw ExperimentError.isInUse(folder.path)
  }
}
