extension CompletionOutline {
  /// A script for fish.
  var fish: String {
    """
    # Completes \(program) in fish. Written by '\(caller) completion fish'.

    # The words before the cursor that are no options.
    function __\(identifier)_words
        set -l words (commandline -opc)
        set -l found
        set -l takes
        for word in $words[2..]
            if test -n "$takes"
                set takes
            else if contains -- $word \(forwarding.flatMap { $0.options }.filter { $0.takesValue }.map { $0.label }.joined(separator: " "))
                set takes yes
            else if not string match -q -- '-*' $word
                set -a found $word
            end
            # A command line of its own follows.
            switch "$found"
                case \(forwarding.map { "'\($0.path.joined(separator: " ")) *'" }.joined(separator: " "))
                    set found
            end
        end
        string join \\n -- $found
    end

    # Whether these are the words, and no others.
    function __\(identifier)_at
        set -l words (__\(identifier)_words)
        test "$words" = "$argv"
    end

    # Whether these are the first words.
    function __\(identifier)_in
        set -l words (__\(identifier)_words)
        test "$words[1..$(count $argv)]" = "$argv"
    end

    # The names of these kinds, also at the end of a formula.
    function __\(identifier)_names
        set -l before (string match -r '^.*[ +*(,]' -- (commandline -ct))
        for kind in $argv
            switch $kind
    \(names.map(fishNames).joined())        end
        end
    end

    # Folders, and files with these endings, or all files if there are none.
    function __\(identifier)_files
        set -l word (string replace -r '^--[^=]*=' '' -- (commandline -ct))
        for path in (complete -C "__fish_command_without_completions $word")
            set path (string split -m 1 \\t -- $path)[1]
            if test (count $argv) = 0; or string match -q -- '*/' $path
                echo $path
                continue
            end
            for ending in $argv
                string match -q -- "*$ending" $path; and echo $path
            end
        end
    end

    complete -c \(program) -f
    \(verbs.map(fishLines).joined())
    """
  }

  private var forwarding: [Verb] { verbs.filter { $0.forwards } }

  private func fishNames(_ entry: (kind: Catalogue.Kind, names: [String])) -> String {
    """
                case \(entry.kind.rawValue)
                    for name in \(entry.names.map { $0.shellQuoted }.joined(separator: " "))
                        echo "$before$name"
                    end

    """
  }

  private func fishLines(_ verb: Verb) -> String {
    let path = verb.path.joined(separator: " ")
    var lines: [String] = []
    func add(_ condition: String, _ rest: String) {
      let condition = "__\(identifier)_\(condition)"
      lines.append("complete -c \(program) -n '\(condition)' \(rest)\n")
    }
    let spaced = path.isEmpty ? "" : " " + path
    for (name, summary) in verb.verbs + (verb.verbs.isEmpty ? [] : [("help", "Explains a verb.")]) {
      let text = "-a \(name) -d \(fishQuoted(summary))"
      add("at\(spaced)", text)
      if name != "help" { add("at\(spaced) help", text) }
    }
    let place = verb.verbs.isEmpty ? "in\(spaced)" : "at\(spaced)"
    for word in verb.arguments {
      if let offer = fishOffer(word.offer) { add(place, "-a \(offer)") }
    }
    if let word = verb.severalValued.first, let offer = fishOffer(word.offer) {
      add(place, "-a \(offer)")
    }
    for word in verb.options {
      var text = "-l \(word.label.dropFirst(2))"
      if word.takesValue {
        text += " -x"
        if let offer = fishOffer(word.offer) { text += " -a \(offer)" }
      }
      add(place, "\(text) -d \(fishQuoted(word.help))")
    }
    return lines.joined()
  }

  private func fishOffer(_ offer: Completion.Offer) -> String? {
    switch offer {
    case .nothing: nil
    case .files(let endings):
      fishQuoted("(" + (["__\(identifier)_files"] + endings).joined(separator: " ") + ")")
    case .folders: fishQuoted("(__fish_complete_directories)")
    case .words(let words): fishQuoted(words.joined(separator: " "))
    case .names(let kinds):
      fishQuoted("(__\(identifier)_names \(kinds.map { $0.rawValue }.joined(separator: " ")))")
    }
  }

  private func fishQuoted(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}
