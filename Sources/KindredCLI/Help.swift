import Reports

/// The texts that follow from a command's declarations. `path` is the command's own place: the
/// program, then the groups of verbs, then the command.
///
/// The word `kindred` in these texts stands for the program, and is replaced by its name.
struct Help {
  let path: [any Command]
  let width: Int

  /// How the command is called, its continuation lines under the first parameter.
  var usage: String {
    let start = "Usage: " + path.map { $0.name }.joined(separator: " ")
    let words = command.subcommands.isEmpty ? parameterWords : ["VERB", "..."]
    return ([start] + lines(of: words, indentation: start.count + 1, first: start.count))
      .joined()
  }

  var text: String {
    var sections = [wrapped(named(command.summary)), usage]
    sections.append(
      section("Verbs", command.subcommands.map { ($0.name, named($0.summary)) }))
    sections.append(section("Arguments", arguments))
    sections.append(section("Options", options))
    sections.append(named(command.discussion))
    return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  /// What the command takes by position, and what each is.
  var arguments: [(name: String, text: String)] {
    declarations.filter { $0.kind == .argument }.map { ($0.label, help(for: $0)) }
  }

  /// What the command takes by name, and what each is.
  var options: [(name: String, text: String)] {
    let declared = declarations.filter { $0.kind != .argument }
      .map { ($0.labelWithValue, help(for: $0)) }
    let version = path.count == 1 ? [("--version", "Shows the version.")] : []
    return declared + version + [("-h, --help", "Shows this help.")]
  }

  private var command: any Command { path[path.count - 1] }

  private var declarations: [Declaration] { command.parameters.map { $0.declaration } }

  /// A text of a command with the program's own name in place of `kindred`.
  func named(_ text: String) -> String { text.replacing(/\bkindred\b/, with: path[0].name) }

  /// `RECIPE`, `[--out DIR]`, `[--set KEY=VALUE]...`
  var parameterWords: [String] {
    declarations.map { declaration in
      let label = declaration.labelWithValue
      return (declaration.isRequired ? label : "[\(label)]")
        + (declaration.isRepeated ? "..." : "")
    }
  }

  private func help(for declaration: Declaration) -> String {
    var text = named(declaration.help)
    if declaration.kind == .argument, !declaration.choices.isEmpty {
      text += " One of \(declaration.choices.joined(separator: ", ", last: " or "))."
    }
    if let value = declaration.defaultText { text += " Default: \(value)." }
    return text
  }

  private func section(_ title: String, _ entries: [(name: String, text: String)]) -> String {
    guard !entries.isEmpty else { return "" }
    let column = min(26, (entries.map { $0.name.displayWidth }.max() ?? 0) + 4)
    let lines = entries.map { entry in
      let name = "  \(entry.name)"
      let room = width - column
      let text = entry.text.wrapped(toDisplayWidth: room)
        .joined(separator: "\n" + String(repeating: " ", count: column))
      let padding = column - name.displayWidth
      return padding >= 2
        ? name + String(repeating: " ", count: padding) + text
        : "\(name)\n\(String(repeating: " ", count: column))\(text)"
    }
    return ([title + ":"] + lines).joined(separator: "\n")
  }

  private func wrapped(_ text: String) -> String {
    text.wrapped(toDisplayWidth: width).joined(separator: "\n")
  }

  /// Words in lines that are broken only between words.
  private func lines(of words: [String], indentation: Int, first used: Int) -> [String] {
    var column = used
    return words.map { word in
      if column + 1 + word.count <= width || column <= indentation {
        column += 1 + word.count
        return " " + word
      }
      column = indentation + word.count
      return "\n" + String(repeating: " ", count: indentation) + word
    }
  }
}
