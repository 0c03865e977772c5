public import Distillation
import Experiments

extension Program {
  /// The command `kindred`, with the papers of a registry, and with more commands where given.
  public static func kindred(registry: Registry, adding commands: [any Command] = []) -> Program {
    Program(
      name: "kindred",
      summary: "Composes relational knowledge-distillation losses, and trains students with them.",
      discussion: """
        'kindred help VERB' says what a verb takes.

        Results go to standard output, progress and errors to standard error. Exit
        codes: 0 done, 1 failed (a check, a diverged run), 64 wrong usage, 65 bad data,
        66 a file is missing, 74 input or output failed, 130 interrupted.
        """,
      version: version,
      commands: [
        Run(registry: registry), Plan(registry: registry), Report(registry: registry), Export(),
        Score(registry: registry),
        List(registry: registry), Describe(registry: registry), Check(registry: registry),
        Bench(registry: registry), New(registry: registry),
      ] + commands)
  }

  static let version = "0.1.0"
}

/// Runs the command `kindred` on the words that this process was started with, and ends the
/// process. An executable of your own has all commands, and its own papers, with one line:
///
///     KindredCLI.main(registry: .linked.adding([MyPaper.self]))
///
/// A paper that registers itself by being linked needs no naming: `KindredCLI.main()`.
public func main(registry: Registry = .linked, adding commands: [any Command] = []) -> Never {
  main(.kindred(registry: registry, adding: commands))
}
