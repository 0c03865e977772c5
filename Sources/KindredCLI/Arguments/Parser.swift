/// Reads the words after a command's name: arguments by their position, `--name VALUE`,
/// `--name=VALUE` and `--flag`. After `--` every word is an argument. If a command has no
/// arguments, an option that may be given again also takes several words: `--name A B`.
struct Parser {
  let parameters: [any AnyParameter]

  func parse(_ words: [String]) throws(CommandError) -> Arguments {
    var given: [String: [String]] = [:]
    var positional: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        positional += rest
        break
      } else if word.hasPrefix("-"), word != "-" {
        try parseOption(word, &rest, &given)
      } else {
        positional.append(word)
      }
    }
    try assign(positional, &given)

    let missing = declarations.filter { $0.isRequired && given[$0.label] == nil }
    guard missing.isEmpty else { throw .missingParameters(missing.map(\.labelWithValue)) }
    return try Arguments(given, for: parameters)
  }

  private var declarations: [Declaration] { parameters.map { $0.declaration } }

  private func parseOption(
    _ word: String, _ rest: inout ArraySlice<String>, _ given: inout [String: [String]]
  ) throws(CommandError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let label = String(parts[0])
    let joined = parts.count > 1 ? String(parts[1]) : nil
    let options = declarations.filter { $0.kind != .argument }
    guard let option = options.first(where: { $0.label == label }) else {
      throw .unknownOption(label, available: options.map(\.label) + ["--help"])
    }
    guard option.isRepeated || given[label] == nil else { throw .repeatedOption(label) }

    switch option.kind {
    case .flag:
      if let joined { throw .unexpectedValue(joined, label: label) }
      given[label] = [label]
    case .option, .argument:
      let next = joined ?? rest.first.flatMap { $0.hasPrefix("--") ? nil : $0 }
      guard let value = next, !value.isEmpty else {
        throw .missingValue(option.label)
      }
      if joined == nil { rest.removeFirst() }
      given[label, default: []].append(value)
      while joined == nil, option.takesSeveralWords(beside: declarations), let more = rest.first,
        !more.hasPrefix("-")
      {
        guard !more.isEmpty else { throw .missingValue(option.label) }
        given[label, default: []].append(rest.removeFirst())
      }
    }
  }

  private func assign(
    _ words: [String], _ given: inout [String: [String]]
  ) throws(CommandError) {
    var rest = words[...]
    for argument in declarations where argument.kind == .argument {
      guard !rest.isEmpty else { break }
      let taken = argument.isRepeated ? rest : rest.prefix(1)
      guard !taken.contains("") else { throw .missingValue(argument.label) }
      given[argument.label] = Array(taken)
      rest = rest.dropFirst(taken.count)
    }
    if let word = rest.first { throw .unexpectedArgument(word) }
  }
}
