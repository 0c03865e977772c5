extension CompletionOutline {
  /// A script for bash, from the 3.2 of macOS on.
  var bash: String {
    """
    # Completes \(program) in bash. Written by '\(caller) completion bash'.

    # Sets what the verb at $path takes.
    _\(identifier)_verb() {
      verbs='' options='' valued='' several='' forwards=''
      case $path in
    \(verbs.map(bashVerb).joined())  esac
    }

    # Offers what the word $1 of the verb at $path can be, if it begins with $2.
    _\(identifier)_values() {
      case "$path $1" in
    \(verbs.map(bashValues).joined())  esac
    }

    # Offers words that begin with $1: those that follow it.
    _\(identifier)_words() {
      local value=$1
      shift
      COMPREPLY+=($(compgen -W "$*" -- "$value"))
    }

    # Offers the names of the kinds that follow $1, also at the end of a formula.
    _\(identifier)_names() {
      local names='' kind word before=${1%"${1##*[ \\"\\'+*(,]}"}
      for kind in "${@:2}"; do
        case $kind in
    \(names.map(bashNames).joined())    esac
      done
      for word in $(compgen -W "$names" -- "${1#"$before"}"); do
        COMPREPLY+=("$before$word")
      done
    }

    # Offers folders, and files with the endings that follow $1, or all files if none follow.
    _\(identifier)_files() {
      local value=$1 file ending
      shift
      compopt -o filenames 2> /dev/null
      while IFS= read -r file; do
        if [[ $# == 0 || -d $file ]]; then
          COMPREPLY+=("$file")
          continue
        fi
        for ending; do
          [[ $file == *"$ending" ]] && COMPREPLY+=("$file")
        done
      done < <(compgen -f -- "$value")
    }

    # Offers folders.
    _\(identifier)_folders() {
      local folder
      compopt -o filenames 2> /dev/null
      while IFS= read -r folder; do COMPREPLY+=("$folder"); done < <(compgen -d -- "$1")
    }

    _\(identifier)() {
      local IFS=$' \\t\\n' path=\(program.shellQuoted) verbs options valued several forwards
      local words=() word joined='' takes='' ended='' prefix='' cut='' breaks argument=1 i
      COMPREPLY=()

      # Bash breaks words at '=' and ':'. Here they are whole.
      for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((${#words[@]})) && [[ $word == [=:]* || $joined == *[=:] ]]; then
          words[${#words[@]} - 1]+=$word
        else
          words+=("$word")
        fi
        joined=$word
      done
      local last=$((${#words[@]} - 1))
      local current=${words[last]}

      _\(identifier)_verb
      for ((i = 0; i < last; i++)); do
        word=${words[i]}
        if [[ -n $verbs ]]; then
          [[ $word == help || $word == -* ]] && continue
          path+=" $word"
          _\(identifier)_verb
        elif [[ -n $ended ]]; then
          ((argument++))
        elif [[ $word == -- ]]; then
          ended=1 takes=''
        elif [[ $word == -* ]]; then
          takes=''
          [[ " $valued " == *" $word "* ]] && takes=$word
        elif [[ -n $takes ]]; then
          [[ " $several " == *" $takes "* ]] || takes=''
        elif [[ -n $forwards ]]; then
          # A command line of its own follows.
          path=\(program.shellQuoted)
          _\(identifier)_verb
        else
          ((argument++))
        fi
      done

      if [[ -z $ended && $current == --*=* ]]; then
        prefix=${current%%=*}=
        _\(identifier)_values "${current%%=*}" "${current#*=}"
      elif [[ -z $ended && $current == -* ]]; then
        _\(identifier)_words "$current" $options
      elif [[ -n $verbs ]]; then
        _\(identifier)_words "$current" $verbs
      elif [[ -n $takes ]]; then
        _\(identifier)_values "$takes" "$current"
      else
        _\(identifier)_values "$argument" "$current"
      fi

      # Bash replaces what follows the last '=' or ':', and nothing before it.
      breaks=${COMP_WORDBREAKS//[!=:]/}
      [[ -n $breaks ]] && cut=${current%"${current##*[$breaks]}"}
      for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do
        word=$prefix${COMPREPLY[i]}
        COMPREPLY[i]=${word#"$cut"}
      done
    }

    complete -F _\(identifier) \(program.shellQuoted)

    """
  }

  private func bashNames(_ entry: (kind: Catalogue.Kind, names: [String])) -> String {
    "      \(entry.kind.rawValue)) names+=' \(entry.names.joined(separator: " "))' ;;\n"
  }

  private func bashPath(_ verb: Verb) -> String {
    ([program] + verb.path).joined(separator: " ")
  }

  private func bashVerb(_ verb: Verb) -> String {
    let lists = [
      ("verbs", verb.verbs.isEmpty ? [] : verb.verbs.map { $0.name } + ["help"]),
      ("options", verb.options.map { $0.label }),
      ("valued", verb.options.filter { $0.takesValue }.map { $0.label }),
      ("several", verb.severalValued.map { $0.label }),
      ("forwards", verb.forwards ? ["yes"] : []),
    ]
    let lines = lists.filter { !$0.1.isEmpty }
      .map { "      \($0)='\($1.joined(separator: " "))'\n" }
    return "    \(bashPath(verb).shellQuoted))\n\(lines.joined())      ;;\n"
  }

  /// The values of a verb's options, and of its arguments by their number.
  private func bashValues(_ verb: Verb) -> String {
    let path = bashPath(verb)
    let options = verb.options.map { (pattern: "\(path) \($0.label)".shellQuoted, word: $0) }
    let arguments = verb.arguments.enumerated().map { index, word in
      (
        pattern: word.isRepeated
          ? "\(path) ".shellQuoted + "[0-9]*" : "\(path) \(index + 1)".shellQuoted,
        word: word
      )
    }
    return (options + arguments).compactMap { pattern, word in
      bashOffer(word).map { "    \(pattern)) \($0) ;;\n" }
    }
    .joined()
  }

  private func bashOffer(_ word: Word) -> String? {
    switch word.offer {
    case .nothing: nil
    case .files(let endings):
      (["_\(identifier)_files \"$2\""] + endings).joined(separator: " ")
    case .folders: "_\(identifier)_folders \"$2\""
    case .words(let words): "_\(identifier)_words \"$2\" \(words.joined(separator: " "))"
    case .names(let kinds):
      "_\(identifier)_names \"$2\" \(kinds.map { $0.rawValue }.joined(separator: " "))"
    }
  }
}
