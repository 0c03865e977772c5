/// A command that hands words of its command line on to another program.
protocol ForwardingCommand: Command {}

extension ForwardingCommand {
  /// The words after the command's name, with `--` where another program's begin: after the first
  /// argument and the options of this command beside it.
  func separated(_ words: [String]) -> [String] {
    let options = parameters.map { $0.declaration }.filter { $0.kind != .argument }
    var own: [String] = []
    var hasArgument = false
    var rest = words[...]
    while let word = rest.first {
      let label = word.prefix { $0 != "=" }
      let option = options.first { $0.label == label }
      guard !hasArgument || option != nil else { break }
      own.append(rest.removeFirst())
      if option?.kind == .option, label == word, let value = rest.popFirst() { own.append(value) }
      if !word.hasPrefix("-") { hasArgument = true }
    }
    return own + ["--"] + rest
  }
}
