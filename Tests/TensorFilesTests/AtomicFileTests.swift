import Foundation
import TestSupport
import Testing

@testable import TensorFiles

/// Files that are written whole or not at all.
@Suite struct AtomicFileTests {
  @Test func writesAndReplacesOnlyWhenTold() throws {
    let folder = try ScratchFolder()
    let path = folder.path("results.json")
    try AtomicFile.write("{}", to: path)
    #expect(throws: FileError.exists(file: path)) { try AtomicFile.write("[]", to: path) }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "{}")
    try AtomicFile.write(Data("[]".utf8), to: path, overwriting: true)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "[]")
    #expect(try folder.contents == ["results.json"])
  }

  @Test func leavesNothingBehindWhenTheWriterFails() throws {
    struct Failure: Error {}
    let folder = try ScratchFolder()
    let path = folder.path("results.json")
    try AtomicFile.write("old", to: path)
    #expect(throws: Failure.self) {
      try AtomicFile.write(to: path, overwriting: true) { output in
        try output.write(Array("half".utf8))
        throw Failure()
      }
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    #expect(try folder.contents == ["results.json"])
  }

  @Test func neverReplacesAFileThatAppearsMeanwhile() throws {
    let folder = try ScratchFolder()
    let path = folder.path("results.json")
    #expect(throws: FileError.exists(file: path)) {
      try AtomicFile.write(to: path, overwriting: false) { output in
        try output.write(Array("mine".utf8))
        _ = try folder.file("results.json", Array("another's".utf8))
      }
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "another's")
    #expect(try folder.contents == ["results.json"])
  }

  @Test func saysThatThereIsNoFolder() throws {
    let folder = try ScratchFolder()
    let path = folder.path("absent/results.json")
    #expect(
      throws: FileError.unwritable(
        file: path, reason: "there is no folder '\(folder.path("absent"))'")
    ) { try AtomicFile.write("{}", to: path) }
  }

  @Test func saysWhatIsWrong() {
    #expect("\(FileError.missing(file: "a.npy"))" == "'a.npy' does not exist")
    #expect("\(FileError.exists(file: "a.npy"))" == "'a.npy' exists already and is not replaced")
    #expect(
      "\(FileError.unreadable(file: "a.npy", reason: "Permission denied"))"
        == "'a.npy' cannot be read: Permission denied")
    #expect(
      "\(FileError.unwritable(file: "a.npy", reason: "No space left on device"))"
        == "'a.npy' cannot be written: No space left on device")
  }
}
