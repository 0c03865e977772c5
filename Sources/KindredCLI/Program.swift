/// A command line program: its verbs, and how they are found, run and explained.
public struct Program: Command {
  /// What the program is called in its help and its messages.
  public let name: String
  /// One sentence that says what the program does.
  public let summary: String
  /// The text below the verbs in the help: lines of at most 80 characters.
  public let discussion: String
  /// What `--version` shows after the name.
  public let version: String
  /// The verbs.
  public let subcommands: [any Command]
  /// What helps after an error of a command of these words, if something does.
  var advice: @Sendable (_ error: any Error, _ words: [String]) -> String? = { _, _ in nil }

  /// A program of these verbs.
  public init(
    name: String, summary: String, discussion: String = "", version: String,
    commands: [any Command]
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.version = version
    self.subcommands = commands
  }

  /// Nothing: the program itself is never run, only one of its commands.
  public func run(_ arguments: Arguments, console: Console) {}

  /// Does what the words after the program's name ask for, says on the console what is wrong, and
  /// returns the code with which the process is to exit.
  public func callAsFunction(_ words: [String], console: Console) -> ExitCode {
    var path: [any Command] = [self]
    do {
      try run(words, path: &path, console: console)
      return .done
    } catch {
      let code = (error as? any ExitCodeError)?.exitCode ?? .failed
      let label = console.usesColor ? "\u{1B}[1;31m\(name):\u{1B}[0m" : "\(name):"
      console.note("\(error)", label: label)
      if let advice = advice(error, words) { console.note(advice) }
      if code == .usage {
        let called = path.map { $0.name }.joined(separator: " ")
        console.note(Help(path: path, width: console.textWidth).usage)
        console.note("See '\(called) --help'.")
      }
      return code
    }
  }

  /// Leaves in `path` the commands found so far, for the usage line of an error.
  private func run(_ words: [String], path: inout [any Command], console: Console) throws {
    var rest = words[...]
    while !path[path.count - 1].subcommands.isEmpty {
      switch rest.popFirst() {
      case "--version" where path.count == 1:
        return try console.write("\(name) \(version)\n")
      case let word? where !Self.asksForHelp(word):
        path.append(try command(word, in: path))
      default:
        return try help(on: rest, path: &path, console: console)
      }
    }

    if rest != ["help"], let command = path[path.count - 1] as? any ForwardingCommand {
      rest = command.separated(Array(rest))[...]
    }
    let options = rest.prefix { $0 != "--" }
    if rest == ["help"] || options.contains(where: { $0 == "-h" || $0 == "--help" }) {
      return try help(on: [], path: &path, console: console)
    }
    let command = path[path.count - 1]
    try command.run(Parser(parameters: command.parameters).parse(Array(rest)), console: console)
  }

  private static func asksForHelp(_ word: String) -> Bool {
    ["help", "-h", "--help"].contains(word)
  }

  /// Explains the command to which the words lead. What follows a verb that has no verbs of its
  /// own is ignored, as after its `--help`.
  private func help(
    on words: ArraySlice<String>, path: inout [any Command], console: Console
  ) throws {
    for word in words where !Self.asksForHelp(word) {
      guard !path[path.count - 1].subcommands.isEmpty else { break }
      path.append(try command(word, in: path))
    }
    try console.write(Help(path: path, width: console.textWidth).text)
  }

  private func command(
    _ word: String, in path: [any Command]
  ) throws(CommandError) -> any Command {
    let commands = path[path.count - 1].subcommands
    if let command = commands.first(where: { $0.name == word }) { return command }
    if word.hasPrefix("-") {
      let labels = path.count == 1 ? ["--help", "--version"] : ["--help"]
      throw .unknownOption(word, available: labels)
    }
    throw .unknownVerb(word, available: commands.map { $0.name })
  }
}
