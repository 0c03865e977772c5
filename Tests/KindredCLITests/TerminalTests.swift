import Foundation
import Synchronization
import Testing

@testable import KindredCLI

@Suite struct ConsoleTests {
  @Test func theNextTextReplacesTheStatus() throws {
    let recording = Recording()
    let console = recording.console(isTerminal: true)
    console.showStatus("one")
    console.showStatus("one")
    console.showStatus("two")
    console.note("done")
    console.note("more")
    #expect(recording.errors == "one\r\u{1B}[Ktwo\r\u{1B}[Kdone\nmore\n")

    console.showStatus("three")
    try console.write("data\n")
    #expect(recording.errors.hasSuffix("three\r\u{1B}[K"))
    #expect(recording.output == "data\n")
  }

  /// Names of others move no cursor and change no colour.
  @Test func controlCharactersAreShown() throws {
    let recording = Recording()
    let console = recording.console(isTerminal: true)
    console.note("row 'a\u{1B}[31m\r'\n  next\tline")
    console.showStatus("a\nb\u{7}")
    #expect(recording.errors == "row 'a\\u{1B}[31m\\r'\n  next\tline\na\\nb\\u{7}")
    let written = Mutex("")
    let terminal = Console(
      output: TextStream(isTerminal: true) { text in written.withLock { $0 += text } },
      errors: TextStream { _ in }, environment: [:])
    try terminal.write("a\u{1B}[2J\n")
    #expect(written.withLock { $0 } == "a\\u{1B}[2J\n")
    try console.write("a\u{1B}[2J\n")
    #expect(recording.output == "a\u{1B}[2J\n", "a file has the data as they are")
  }

  @Test(arguments: [
    (false, [:]), (true, ["CI": "true"]), (true, ["TERM": "dumb"]),
  ])
  func showsNoStatus(isTerminal: Bool, environment: [String: String]) {
    let recording = Recording()
    let console = recording.console(isTerminal: isTerminal, environment: environment)
    #expect(!console.showsStatus)
    console.showStatus("one")
    console.note("done")
    #expect(recording.errors == "done\n")
  }

  @Test func cutsTheStatusToTheTerminal() {
    let recording = Recording()
    recording.console(isTerminal: true, columns: 10).showStatus("0123456789")
    #expect(recording.errors == "01234567…")
  }

  @Test(arguments: [
    (true, [:], true), (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": ""], true),
    (false, [:], false),
  ])
  func color(isTerminal: Bool, environment: [String: String], isUsed: Bool) {
    let console = Recording().console(isTerminal: isTerminal, environment: environment)
    #expect(console.usesColor == isUsed)
  }
}

@Suite struct TextStreamTests {
  @Test func writesWholeTextsThroughAPipe() throws {
    let pipe = Pipe()
    let stream = TextStream(
      descriptor: pipe.fileHandleForWriting.fileDescriptor, name: "the pipe")
    #expect(!stream.isTerminal)
    #expect(stream.columns() == nil)
    let text = String(repeating: "åb\n", count: 100_000)  // more than a pipe holds
    let reader = Mutex(Data())
    let done = DispatchSemaphore(value: 0)
    DispatchQueue.global().async {
      let data = pipe.fileHandleForReading.readDataToEndOfFile()
      reader.withLock { $0 = data }
      done.signal()
    }
    try stream.write(text)
    try pipe.fileHandleForWriting.close()
    done.wait()
    #expect(reader.withLock { $0 } == Data(text.utf8))
  }

  @Test func aReaderThatHasGoneIsNoError() throws {
    signal(SIGPIPE, SIG_IGN)
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let stream = TextStream(
      descriptor: pipe.fileHandleForWriting.fileDescriptor, name: "the pipe")
    try stream.write("text")
  }

  @Test func anyOtherFailureIsAnError() throws {
    let file = try #require(FileHandle(forReadingAtPath: "/dev/null"))
    let stream = TextStream(descriptor: file.fileDescriptor, name: "standard output")
    #expect(throws: CommandError.cannotWrite("standard output", reason: "Bad file descriptor")) {
      try stream.write("text")
    }
    #expect(
      "\(CommandError.cannotWrite("standard output", reason: "No space left on device"))"
        == "cannot write to standard output: No space left on device")
    #expect(CommandError.cannotWrite("a", reason: "b").exitCode == .inputOutput)
  }
}

@Suite struct ProgressLineTests {
  @Test func drawsABarThatFitsTheTerminal() {
    let recording = Recording()
    let seconds = Mutex(0.0)
    let progress = ProgressLine(
      "teacher", total: 10, on: recording.console(isTerminal: true, columns: 70),
      elapsed: { .seconds(seconds.withLock { $0 }) })
    progress.update(0)
    seconds.withLock { $0 = 15 }
    progress.update(5, "loss 0.512")
    progress.finish("teacher  15.0 s")
    let empty = String(repeating: "─", count: 34)
    let half = String(repeating: "━", count: 15) + String(repeating: "─", count: 16)
    #expect(
      recording.errors == "teacher  \(empty)  0 %\r\u{1B}[K"
        + "teacher  \(half)  50 %  loss 0.512  0:15 left\r\u{1B}[Kteacher  15.0 s\n")
  }

  @Test func drawsAtMostTenTimesASecondAndAlwaysTheEnd() {
    let recording = Recording()
    let milliseconds = Mutex(0)
    let progress = ProgressLine(
      "x", total: 1000, on: recording.console(isTerminal: true),
      elapsed: { .milliseconds(milliseconds.withLock { $0 }) })
    for step in 1...1000 {
      milliseconds.withLock { $0 = step }
      progress.update(step)
    }
    // At 1, 101, 201, ..., 901, and at the end.
    #expect(recording.errors.split(separator: "\r").count == 11)
    #expect(recording.errors.hasSuffix("  100 %"))
  }

  @Test func leavesTheBarAwayOnANarrowTerminal() {
    let recording = Recording()
    let console = recording.console(isTerminal: true, columns: 20)
    ProgressLine("teacher", total: 4, on: console).update(1, "loss")
    #expect(recording.errors == "teacher  25 %  loss")
  }

  /// As many parts as there is room for, before the bar, and none after one that has no room.
  @Test(arguments: [
    (37, "kd  25 %  epoch 1/4  ce 0.25  kd 1.5"), (36, "kd  25 %  epoch 1/4  ce 0.25"),
    (29, "kd  25 %  epoch 1/4  ce 0.25"), (28, "kd  25 %  epoch 1/4"),
    (60, "kd  ━━━━────────────  25 %  epoch 1/4  ce 0.25  kd 1.5  x 2"),
  ])
  func showsThePartsThatFit(_ columns: Int, _ line: String) {
    let recording = Recording()
    let console = recording.console(isTerminal: true, columns: columns)
    ProgressLine("kd", total: 4, on: console).update(
      1, "epoch 1/4", ["ce 0.25", "kd 1.5", columns == 60 ? "x 2" : "match 123456789"])
    #expect(recording.errors == line)
  }

  /// A label makes way for the time that is left.
  @Test func aLabelThatHasNoRoomIsShortened() {
    let recording = Recording()
    let console = recording.console(isTerminal: true, columns: 80)
    ProgressLine(
      "[37/325] teacher resnet14:16 of a long name", total: 4, on: console,
      elapsed: { .seconds(2000) }
    ).update(1, "epoch 12/30  step 100/468", ["1234 images/s"])
    #expect(
      recording.errors
        == "[37/325] teacher resnet14:16 of…  25 %  epoch 12/30  step 100/468  1:40:00 left")
    #expect(recording.errors.count == 79)
  }

  @Test func thePartsLeaveRoomForTheTime() {
    let recording = Recording()
    let console = recording.console(isTerminal: true, columns: 44)
    ProgressLine("kd", total: 4, on: console, elapsed: { .seconds(2) }).update(
      1, "epoch 1/4", ["ce 0.25", "kd 1.5"])
    #expect(recording.errors == "kd  25 %  epoch 1/4  ce 0.25  0:06 left")
  }

  @Test func writesALineForEveryTenthElsewhere() {
    let recording = Recording()
    let progress = ProgressLine("kd", total: 30, on: recording.console())
    for step in 1...30 { progress.update(step, step == 30 ? "" : "loss \(step)") }
    progress.update(30, "again")
    progress.finish()
    #expect(
      recording.errors.split(separator: "\n").map(String.init) == [
        "kd 3/30  loss 3", "kd 6/30  loss 6", "kd 9/30  loss 9", "kd 12/30  loss 12",
        "kd 15/30  loss 15", "kd 18/30  loss 18", "kd 21/30  loss 21", "kd 24/30  loss 24",
        "kd 27/30  loss 27", "kd 30/30",
      ])
  }
}

@Suite struct ControlCTests {
  /// In a process of its own, since a signal would interrupt the runs of other tests.
  @Test func isSeenByACommandThatHoldsIt() async {
    await #expect(processExitsWith: .success) {
      ControlC.install()
      for number in [SIGINT, SIGTERM] {
        ControlC.held { isPressed in
          #expect(!isPressed())
          kill(getpid(), number)  // For any thread: that of a test may block signals.
          for _ in 0..<1000 where !isPressed() { usleep(1000) }
          #expect(isPressed())
        }
        ControlC.held { isPressed in #expect(!isPressed()) }
      }
    }
  }
}
