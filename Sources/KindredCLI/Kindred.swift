public import Distillation
import Reports
public import Training

/// The sentence that explains each parameter: by the full name of the type that declares it
/// (`"KD.KD"`), then by the parameter's name. An enumeration has a sentence for each case.
public typealias ParameterComments = [String: [String: String]]

extension Program {
  /// The command `kindred`, with the papers of a registry.
  ///
  /// - Parameters:
  ///   - name: What the program is called in its help, its messages and its reports, as one types it in
  ///     a shell.
  ///   - registry: The papers that it knows.
  ///   - networks: The networks that recipes can name.
  ///   - commands: More verbs.
  ///   - parameterComments: What the parameters of papers outside Kindred are. Those of Kindred's own
  ///     papers are known.
  /// - Returns: The program, to be run on the words that follow its name.
  public static func kindred(
    name: String = "kindred", registry: Registry, networks: Networks = .standard,
    adding commands: [any Command] = [], parameterComments: ParameterComments = [:]
  ) -> Program {
    let comments = ParameterGuide(adding: parameterComments)
    // What a shell and 'man' know is the first word of 'kindred with PACKAGE'.
    let known = String(name.prefix { $0 != " " })
    let whole: @Sendable () -> Program = {
      kindred(
        name: known, registry: registry, networks: networks, adding: commands,
        parameterComments: parameterComments)
    }
    var program = Program(
      name: name,
      summary: "Composes relational knowledge-distillation losses, and trains students with them.",
      discussion: (["'kindred help VERB' explains a verb.", ""] + streamsAndCodes)
        .joined(separator: "\n"),
      version: version,
      commands: [
        Run(registry: registry, networks: networks, program: name),
        Plan(registry: registry, networks: networks, program: name),
        Submit(registry: registry, networks: networks, program: name),
        Merge(registry: registry, networks: networks, program: name), Status(),
        Report(registry: registry, program: name), Predict(networks: networks),
        Evaluate(networks: networks), Export(networks: networks), Score(registry: registry),
        Layers(),
        List(registry: registry, networks: networks, guide: comments),
        Describe(registry: registry, networks: networks, guide: comments, program: name),
        Check(registry: registry), Bench(registry: registry, networks: networks),
        New(registry: registry, networks: networks, program: name), With(),
        CompletionScript(registry: registry, networks: networks, caller: name, program: whole),
        Manual(program: whole),
      ] + commands)
    program.advice = { PackageAdvice(program: name).text(on: $0, of: $1) }
    return program
  }

  private static var streamsAndCodes: [String] {
    """
    Results go to standard output; progress and errors go to standard error. Exit codes: \
    \(ExitCode.meanings).
    """
    .wrapped(toDisplayWidth: 80)
  }

  static let version = "\(Distillation.version)"
}

/// Runs the command `kindred` on the words that this process was started with, and ends the
/// process. An executable of your own has all commands, and its own papers, with one line:
///
///     KindredCLI.main(registry: .linked.adding([MyPaper.self]))
///
/// A paper that registers itself by being linked needs no naming: `KindredCLI.main()`. Networks are
/// named: `KindredCLI.main(networks: .standard.adding([MyNetwork.self]))`. Help and messages call the
/// program what the process was called.
///
/// - Parameters:
///   - registry: The papers that it knows.
///   - networks: The networks that recipes can name.
///   - commands: More verbs.
///   - parameterComments: What the parameters of papers outside Kindred are, for `describe` and
///     `list`.
public func main(
  registry: Registry = .linked, networks: Networks = .standard, adding commands: [any Command] = [],
  parameterComments: ParameterComments = [:]
) -> Never {
  main(
    .kindred(
      name: calledName(), registry: registry, networks: networks, adding: commands,
      parameterComments: parameterComments))
}
