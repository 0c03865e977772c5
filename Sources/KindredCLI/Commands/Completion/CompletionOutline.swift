import Distillation
import Reports
import Training

/// What can be completed of a program: its verbs, and what each of them takes.
struct CompletionOutline {
  /// A verb, a group of verbs or the program itself.
  struct Verb {
    /// The words that call it, without the program's name.
    let path: [String]
    /// The verbs of a group.
    let verbs: [(name: String, summary: String)]
    let arguments: [Word]
    let options: [Word]
    /// Whether a command line of its own follows the first argument.
    let forwards: Bool

    /// The options of which several values may follow one name.
    var severalValued: [Word] { options.filter { $0.takesSeveralWords } }
  }

  /// An argument, an option or a flag.
  struct Word {
    let label: String
    /// What stands for its value.
    let placeholder: String
    let help: String
    let offer: Completion.Offer
    let takesValue: Bool
    let isRepeated: Bool
    let takesSeveralWords: Bool
  }

  /// The program's name.
  let program: String
  /// What the program was called when it was asked for the script.
  let caller: String
  let verbs: [Verb]
  private let registry: Registry
  private let networks: Networks

  init(
    of program: Program, calledAs caller: String, in registry: Registry, networks: Networks
  ) {
    (self.program, self.caller) = (program.name, caller)
    (self.registry, self.networks) = (registry, networks)
    verbs = Self.verbs(of: program, at: [program])
  }

  /// The name as a part of the names of functions.
  var identifier: String {
    String(program.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }

  private static func verbs(of command: any Command, at path: [any Command]) -> [Verb] {
    let help = Help(path: path, width: 80)
    let declarations = command.parameters.map { $0.declaration }
    let words = declarations.map { declaration in
      Word(
        label: declaration.label, placeholder: declaration.placeholder,
        help: help.named(declaration.help), offer: declaration.completion.offer,
        takesValue: declaration.kind == .option, isRepeated: declaration.isRepeated,
        takesSeveralWords: declaration.takesSeveralWords(beside: declarations))
    }
    let standard =
      (path.count == 1 ? [("--version", "Shows the version.")] : [])
      + [("--help", "Shows this help.")]
    let flags = standard.map { label, help in
      Word(
        label: label, placeholder: "", help: help, offer: .nothing, takesValue: false,
        isRepeated: false, takesSeveralWords: false)
    }
    let verb = Verb(
      path: path.dropFirst().map { $0.name },
      verbs: command.subcommands.map { ($0.name, help.named($0.summary)) },
      arguments: zip(words, declarations).filter { $1.kind == .argument }.map { $0.0 },
      options: zip(words, declarations).filter { $1.kind != .argument }.map { $0.0 } + flags,
      forwards: command is any ForwardingCommand)
    return [verb] + command.subcommands.flatMap { verbs(of: $0, at: path + [$0]) }
  }
}

extension CompletionOutline {
  /// Every kind of names that something takes, with the names.
  var names: [(kind: Catalogue.Kind, names: [String])] {
    let taken = verbs.flatMap { $0.arguments + $0.options }.flatMap { word in
      if case .names(let kinds) = word.offer { kinds } else { [Catalogue.Kind]() }
    }
    return Catalogue.Kind.allCases.filter { taken.contains($0) }.map { ($0, names(of: $0)) }
  }

  private func names(of kind: Catalogue.Kind) -> [String] {
    switch kind {
    case .papers: registry.papers.map { $0.name }
    case .terms: registry.terms.keys.sorted()
    // Like a weight, a match is no term without its arguments.
    case .weights: Weightings.all.map { $0.name } + [MatchText.name]
    case .relations: registry.relations.keys.sorted()
    case .matchers: registry.matchers.keys.sorted()
    case .knowledge: registry.knowledge.keys.sorted()
    case .samplers: Samplers.summaries.map { $0.name }
    case .networks: networks.kinds.map { $0.example.name }
    case .datasets: DataSets.names
    }
  }
}
