import Reports

/// The texts that follow from a command's declarations. `path` is the command's own place: the
/// program, then the groups of verbs, then the command.
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
    var sections = [wrapped(command.summary), usage]
    sections.append(section("Verbs", command.subcommands.map { ($0.name, $0.summary) }))
    let declarations = command.parameters.map { $0.declaration }
    sections.append(
      section(
        "Arguments",
        declarations.filter { $0.kind == .argument }.map { ($0.label, help(for: $0)) }))
    var options = declarations.filter { $0.kind != .argument }
      .map { ($0.labelWithValue, help(for: $0)) }
    if path.count == 1 { options.append(("--version", "Shows the version.")) }
    options.append(("-h, --help", "Shows this help."))
    sections.append(section("Options", options))
    sections.append(command.discussion)
    return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private var command: any Command { path[path.count - 1] }

  /// `RECIPE`, `[--out DIR]`, `[--set KEY=VALUE]...`
  private var parameterWords: [String] {
    command.parameters.map { parameter in
      let declaration = parameter.declaration
      let label = declaration.labelWithValue
      return (declaration.isRequired ? label : "[\(label)]")
        + (declaration.isRepeated ? "..." : "")
    }
  }

  private func help(for declaration: Declaration) -> String {
    var text = declaration.help
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
