import Foundation
import Kindred
import TestSupport
import Testing

@testable import Experiments

/// Runs in folders that a program interrupts and resumes.
@Suite struct SavedRunTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  func experiment() throws -> Experiment {
    try Experiment(ExperimentTests.recipe(["ce", "ce + kd"], ["seeds=[1]"]), registry: .linked)
  }

  @Test(arguments: [1, 4, 15]) func anInterruptedRunGoesOn(after events: Int) throws {
    let experiment = try experiment()
    let whole = try experiment.run()
    var run = try SavedRun(of: experiment, in: ResultsFolder(folder.path("run")))
    var count = 0
    let error = #expect(throws: ExperimentError.self) {
      try run.results(
        isInterrupted: {
          count += 1
          return count == events
        })
    }
    #expect(error == .interrupted(folder: folder.path("run")))
    #expect(throws: ExperimentError.interruptedRunExists(folder.path("run"))) {
      try ResultsFolder(folder.path("run"))
    }
    let again = try ResultsFolder(folder.path("run"), ifThere: .resume)
    run = try SavedRun(of: experiment, in: again)
    #expect(run.finished == nil)
    var isResumed = false
    let results = try run.results { event, _ in
      if case .resumed = event { isResumed = true }
    }
    #expect(isResumed == (events > 2), "there was something to go on from")
    #expect(
      try ExperimentTests.withoutSeconds(results) == ExperimentTests.withoutSeconds(whole))
    // The run has ended and is not repeated.
    let ended = try SavedRun(of: experiment, in: again)
    #expect(try ended.finished?.json == results.json)
    #expect(try ended.results().json == results.json)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path("run")).sorted()
    #expect(
      files.filter { $0 != "cache" } == [
        "checkpoints", "metrics.jsonl", "recipe.json", "results.json",
      ])
  }

  /// A package is known by its checksum; a run without one goes on with any.
  @Test func aRunGoesOnWithTheCodeThatItBeganWith() throws {
    let path = folder.path("run")
    func run(_ package: String?, upTo events: Int = .max) throws -> Results {
      var count = 0
      return try SavedRun(
        of: experiment(), in: ResultsFolder(path, ifThere: .resume),
        by: Results.Program(version: "1", command: "run", package: package)
      ).results(isInterrupted: {
        count += 1
        return count == events
      })
    }
    #expect(throws: ExperimentError.interrupted(folder: path)) { try run(nil, upTo: 2) }
    #expect(throws: ExperimentError.interrupted(folder: path)) { try run("a", upTo: 4) }
    let state = path + "/checkpoints/run.safetensors"
    let error = #expect(throws: ExperimentError.packageChanged(path: state)) { try run("b") }
    #expect(
      error?.description
        == "the run cannot go on from '\(state)': the package has changed since it began")
    #expect(throws: ExperimentError.interrupted(folder: path)) { try run("a", upTo: 4) }
    let whole = try experiment().run()
    let ended = try run("a")
    #expect(ended.program?.package == "a")
    #expect(
      ended.rows.map { $0.metrics["accuracy"]?.values }
        == whole.rows.map { $0.metrics["accuracy"]?.values })
    #expect(throws: ExperimentError.packageChanged(path: path + "/results.json")) { try run("b") }
  }

  @Test func aFolderIsUsedByOne() throws {
    let run = try SavedRun(of: experiment(), in: ResultsFolder(folder.path("run")))
    let second = try SavedRun(of: experiment(), in: ResultsFolder(folder.path("run")))
    #expect(throws: ExperimentError.isInUse(folder.path("run"))) {
      try run.results { event, _ in
        if case .data = event { _ = try second.results() }
      }
    }
  }
}
