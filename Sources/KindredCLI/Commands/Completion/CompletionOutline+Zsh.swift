extension CompletionOutline {
  /// A script for zsh, to be sourced or to stand in a folder of `$fpath`.
  var zsh: String {
    """
    #compdef \(program)
    # Completes \(program) in zsh. Written by '\(caller) completion zsh'.

    # Offers the names of these kinds, also at the end of a formula.
    _\(identifier)_names() {
      local kind
      local -a names
      for kind; do
        case $kind in
    \(names.map(zshNames).joined())    esac
      done
      compset -P '*[ +*(,]'
      compadd -- $names
    }

    \(verbs.map { zshFunction($0) }.joined(separator: "\n"))
    if [[ $funcstack[1] == _\(identifier) ]]; then
      _\(identifier) "$@"
    else
      compdef _\(identifier) \(program)
    fi

    """
  }

  private func zshNames(_ entry: (kind: Catalogue.Kind, names: [String])) -> String {
    "      (\(entry.kind.rawValue)) names+=(\(entry.names.joined(separator: " "))) ;;\n"
  }

  private func zshName(_ verb: Verb) -> String {
    (["_" + identifier] + verb.path).joined(separator: "_")
  }

  private func zshFunction(_ verb: Verb) -> String {
    verb.verbs.isEmpty ? zshCommand(verb) : zshGroup(verb)
  }

  private func zshCommand(_ verb: Verb) -> String {
    var specifications = verb.options.map(zshOption)
    for (index, word) in verb.arguments.enumerated() {
      guard !verb.forwards || index == 0 else {
        // A command line of its own follows, in which the first argument stands for the program.
        specifications.append("*:: : _\(identifier)")
        continue
      }
      let place = word.isRepeated ? "*" : "\(index + 1)"
      specifications.append("\(place):\(zshEscaped(word.label)):\(zshAction(word.offer))")
    }
    // More values of an option that takes several.
    if verb.arguments.isEmpty, let word = verb.severalValued.first {
      specifications.append("*:\(zshEscaped(word.placeholder)):\(zshAction(word.offer))")
    }
    let lines = specifications.map { "    \($0.shellQuoted)" }.joined(separator: " \\\n")
    return "\(zshName(verb))() {\n  _arguments -S \\\n\(lines)\n}\n"
  }

  private func zshGroup(_ verb: Verb) -> String {
    let options = verb.options.map { "    \(zshOption($0).shellQuoted) \\\n" }.joined()
    let verbs = verb.verbs.map { name, summary in
      "    " + "\(name):\(summary.replacing(":", with: "\\:"))".shellQuoted + "\n"
    }
    let cases = verb.verbs.map { "    (\($0.name)) \(zshName(verb))_\($0.name) ;;\n" }
    return """
      \(zshName(verb))() {
        local curcontext=$curcontext state line
        local -a verbs
        verbs=(
      \(verbs.joined())    'help:Explains a verb.'
        )
        _arguments -C \\
      \(options)    '1: :->verb' '*:: :->rest'
        [[ $state == verb || $line[1] == help ]] && _describe verb verbs
        [[ $state == rest ]] && case $line[1] in
      \(cases.joined())  esac
      }

      """
  }

  private func zshOption(_ word: Word) -> String {
    let start = (word.isRepeated ? "*" : "") + word.label
    let help = "[\(zshEscaped(word.help))]"
    guard word.takesValue else { return start + help }
    return "\(start)=\(help):\(zshEscaped(word.placeholder)):\(zshAction(word.offer))"
  }

  private func zshAction(_ offer: Completion.Offer) -> String {
    switch offer {
    case .nothing: " "
    case .files(let endings):
      endings.isEmpty
        ? "_files" : "_files -g \"*(\(endings.joined(separator: "|")))(-.)\""
    case .folders: "_files -/"
    case .words(let words): "(\(zshEscaped(words.joined(separator: " "))))"
    // Behind a space, nothing is added to the arguments.
    case .names(let kinds):
      " _\(identifier)_names \(kinds.map { $0.rawValue }.joined(separator: " "))"
    }
  }

  /// A text within a specification of `_arguments`.
  private func zshEscaped(_ text: String) -> String {
    text.reduce(into: "") { escaped, character in
      if "[]:\\".contains(character) { escaped += "\\" }
      escaped.append(character)
    }
  }
}
