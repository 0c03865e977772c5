import Foundation
import Testing

@testable import Experiments

/// Locks of folders that processes enter at the same moment.
@Suite struct FileLockTests {
  @Test func aProcessThatCleansIsWaitedFor() throws {
    let folder = NSTemporaryDirectory() + "kindred-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let isAlone = DispatchSemaphore(value: 0)
    let thread = Thread {
      let lock = try? FileLock.alone(in: folder)
      isAlone.signal()
      withExtendedLifetime(lock) { _ = usleep(300_000) }
    }
    thread.start()
    isAlone.wait()
    let start = ContinuousClock.now
    let lock = try FileLock.shared(in: folder)
    #expect(lock != nil && ContinuousClock.now - start > .milliseconds(200))

    // One that stays is not waited for without end.
    #expect(throws: ExperimentError.isInUse(folder)) { try FileLock.alone(in: folder) }
    withExtendedLifetime(lock) {}
  }
}
