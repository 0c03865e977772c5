import Kindred
import KindredCLI
import Testing

/// Errors that terms of other packages throw. Each has a type of its own.
@Suite struct ErrorsOfTermsTests {
  @Test(arguments: [
    ("refusing", ExitCode.failed, "refusing: not today"),
    ("refusing(politely: true)", .badData, "refusing: politely: not today"),
  ])
  func theTermIsNamed(_ formula: String, _ code: ExitCode, _ message: String) throws {
    let folder = try ScoreFolder()
    let recording = Recording()
    let program = Program.kindred(registry: twoPapers.adding([Refusing.self]))
    let words = ["score", "--loss", "kd + \(formula)", "--student", folder.path("student.npz")]
    #expect(
      program(
        words + ["--teacher", folder.path("teacher.npz")], console: recording.console()) == code)
    #expect(recording.errors == "kindred: \(message)\n")
  }
}

private struct Refusing: PaperModule {
  var politely = false
  static let standard = Self()
  var body: some LossTerm { Refusal(politely: politely) }
  static let equation = "L = 0"
  static let citation = Citation("", "", "", "")

  struct Refusal: PrimitiveTerm, Error, CustomStringConvertible {
    let politely: Bool
    let outputs: [OutputName] = ["logits"]
    let description = "not today"
    func callAsFunction(student: Outputs, teacher: Outputs) throws -> Tensor {
      if politely { throw SettingError(path: ["politely"], problem: description) }
      throw self
    }
  }
}
