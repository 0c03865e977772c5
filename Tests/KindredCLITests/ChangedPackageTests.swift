import Foundation
import Testing
import Training

@testable import KindredCLI

/// Runs of a package's program whose code has changed.
@Suite struct ChangedPackageTests {
  let folder: ScoreFolder

  init() throws {
    folder = try ScoreFolder()
    try Data(RunTests.recipe.utf8).write(to: URL(filePath: folder.path("recipe.json5")))
  }

  /// Runs the recipe by a program of a package of this checksum, or by one of none.
  private func run(_ package: String?, _ more: String...) -> (code: ExitCode, errors: String) {
    let recording = Recording()
    let program = Program(
      name: "kindred with .", summary: "", version: "",
      commands: [
        Run(registry: twoPapers, networks: .standard, program: "kindred with .", package: package)
      ])
    let code = program(
      ["run", folder.path("recipe.json5"), "--out", folder.path("out")] + more,
      console: recording.console())
    return (code, recording.errors.replacing(folder.path + "/", with: ""))
  }

  private var results: Data {
    get throws { try Data(contentsOf: URL(filePath: folder.path("out/results.json"))) }
  }

  private var recorded: String? {
    get throws {
      let json = try JSONSerialization.jsonObject(with: try results) as? [String: Any]
      return (json?["program"] as? [String: Any])?["package"] as? String
    }
  }

  @Test func resultsOfOtherCodeAreNotShown() throws {
    let shown = (ExitCode.done, "results in out, which were there\n")
    #expect(run("1").code == .done)
    #expect(try recorded == "1")
    let before = try results
    #expect(run("1", "--resume") == shown)
    #expect(
      run("2", "--resume") == (
        .badData,
        """
        kindred with .: the run cannot go on from 'out/results.json': the package has changed since \
        it began; --out names another folder, and --force in place of --resume begins anew

        """
      ))
    #expect(run(nil, "--resume") == shown)
    #expect(try results == before)
    #expect(run("2", "--force").code == .done)
    #expect(try recorded == "2")

    // Nothing is known of results without a checksum, as those of older programs.
    #expect(run(nil, "--force").code == .done)
    #expect(try recorded == nil)
    #expect(run("2", "--resume") == shown)
  }
}
